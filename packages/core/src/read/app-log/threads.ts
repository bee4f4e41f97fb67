/** Where loggers and runtimes say that a word is a thread. */
const NAMED: readonly RegExp[] = [
  // Java: an exception that nobody caught. Python: the same, with the function that the thread runs.
  /\bException in thread "([^"]{1,80})"/,
  /^Exception in thread ([^\s:"][^:"]{0,80}):/,
  // HikariCP
  /\bon thread ([^,]{1,80}),/,
  // Logback, Log4j, ECS, slog, zap as JSON; logfmt
  /"(?:thread|thread_?name|process\.thread\.name)" ?: ?"([^"]{1,80})"/i,
  /\bthread(?:_?name)?=(?:"([^"]{1,80})"|([\w.#:@-]{1,80}))/i,
]
/** `[pool-2-thread-1]` of Logback, Log4j and Spring Boot, `(ThreadPoolExecutor-0_0)` of Python. */
const BETWEEN = /[[(] {0,40}([^\])[(]{1,80}?) {0,40}[\])]/g
const LEVEL = /^(?:trace|debug|info|notice|warn(?:ing)?|error|err|fatal|critical|severe|[\d:., +TZ/-]*)$/i
const NAME = /^[\p{L}_][\w .:@#/-]{1,79}$/u
/** UTF-16 units at the start of a line in which a logger prints it, and how many words between brackets are taken. */
const MAX_HEAD = 200
const MAX_THREADS = 3

/** What may be names of threads in a line; the surest form alone, where there is one. */
export function readThreads(text: string): readonly string[] {
  for (const form of NAMED) {
    const match = form.exec(text)
    const name = match?.[1] ?? match?.[2]
    if (name !== undefined) return [name]
  }
  const words = Array.from(text.slice(0, MAX_HEAD).matchAll(BETWEEN), ([, word = '']) => word.trim())
  return words.filter((word) => NAME.test(word) && !LEVEL.test(word)).slice(0, MAX_THREADS)
}

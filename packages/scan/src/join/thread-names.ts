import { say, type Diagnosis, type Message } from '@whyreset/core'
import type { Place } from '../place.ts'
import type { LogEvidence } from './named-code.ts'
import type { SourceLines } from './source-lines.ts'

/** Different ones that are looked for. */
const MAX_THREADS = 200
/** Characters of a name's fixed part: shorter ones stand everywhere. */
const MIN_STEM = 4
/** Threads that runtimes and libraries make by themselves: no source names them. */
const NOT_OWN =
  /^(?:main|java|node|python\d?|finalizer|common-cleaner|reference handler|pool-\d+-thread-\d+|thread-\d+|mainthread|threadpoolexecutor-\d+_\d+|forkjoinpool.*|swapper.*|ksoftirqd.*)$/i

/** Names of threads that closed or lost connections, from the kernel's trace and from logs. */
export function threadsIn({ findings }: Diagnosis, logs: readonly LogEvidence[]): readonly string[] {
  const threads = new Set<string>()
  for (const { severity, because, proof } of findings)
    if (severity !== 'info')
      for (const { values } of [...because, ...proof.map(({ says }) => says)])
        for (const name of [values['thread'], values['task']]) if (typeof name === 'string') threads.add(name)
  for (const { mentions } of logs)
    for (const mention of mentions) for (const name of mention.threads) threads.add(name)
  return [...threads].filter((name) => !NOT_OWN.test(name)).slice(0, MAX_THREADS)
}

/** What a line must speak of for a literal in it to be the name of a thread. */
const NAMES_THREADS = /thread|executor|worker|scheduler|timer|\bname|naming|nameformat|\.name\b/i
const LITERAL = /(["'`])((?:(?!\1)[^\\]){2,80})\1/g

/** A line of the file that gives its threads this name, or the place's function as the one that the thread runs. */
export function threadIn(
  { lines }: SourceLines,
  { inFunction }: Place,
  threads: readonly string[],
): Message | undefined {
  for (const thread of threads) {
    const [, runs] = /^[\w-]{1,60} \((\w{2,60})\)$/.exec(thread) ?? []
    if (runs !== undefined && runs === inFunction) return say('seen-thread-runs', { thread, function: runs })
  }
  for (const [index, line] of lines.entries()) {
    if (line.length > 2000 || !NAMES_THREADS.test(line)) continue
    for (const [, , literal = ''] of line.matchAll(LITERAL)) {
      const thread = threads.find((name) => isNamedBy(name, literal))
      if (thread !== undefined) return say('seen-thread', { thread, literal, line: index + 1 })
    }
  }
  return undefined
}

/**
 * `poller-3` by `poller-`, `poller` and `poller-%d`. The kernel keeps 15 bytes of a name: its beginning, or what newer
 * JVMs make of it, seven characters, two dots and the end (os_linux.cpp set_native_thread_name()).
 */
function isNamedBy(thread: string, literal: string): boolean {
  const [stem = ''] = literal.split(/%|\{|\$/)
  const fixed = stem.replace(/[-_#. ]+$/, '')
  if (fixed.length < MIN_STEM || NOT_OWN.test(fixed)) return false
  if (thread.startsWith(fixed) && /^[-_#. ]*\d*(?:[-_]\d+)?$/.test(thread.slice(fixed.length))) return true
  const [, head] = /^(.{7})\.\..{6}$/.exec(thread) ?? []
  if (head !== undefined) return fixed.startsWith(head)
  return thread.length === 15 && fixed.startsWith(thread)
}

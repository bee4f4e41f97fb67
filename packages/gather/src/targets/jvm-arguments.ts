import { readInside } from './inside-root.ts'

/** The parts of a Java process from which its options come. */
export interface JavaStart {
  /** argv, the launcher's own name first. */
  readonly commandLine: readonly string[]
  readonly environment: Partial<Record<JavaVariable, string>>
  /** Its root on the host, and its working folder inside that root. */
  readonly root: string
  readonly folder: string
}

type JavaVariable = (typeof JAVA_VARIABLES)[number]

/** In the order in which the JVM applies them around the command line: later options win. */
export const JAVA_VARIABLES = ['JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS', '_JAVA_OPTIONS'] as const

/**
 * All options of a JVM in the order in which they apply: `JAVA_TOOL_OPTIONS`, `JDK_JAVA_OPTIONS`, the command line up to
 * the main class with its `@argfiles`, and `_JAVA_OPTIONS` (HotSpot `Arguments::parse`, the launcher's `args.c`).
 */
export async function javaOptions(start: JavaStart): Promise<string[]> {
  const { JAVA_TOOL_OPTIONS, JDK_JAVA_OPTIONS, _JAVA_OPTIONS } = start.environment
  return [
    ...splitWords(JAVA_TOOL_OPTIONS ?? ''),
    ...launcherOptions(await expandArgfiles(splitWords(JDK_JAVA_OPTIONS ?? ''), start)),
    ...launcherOptions(await expandArgfiles(start.commandLine.slice(1), start)),
    ...splitWords(_JAVA_OPTIONS ?? ''),
  ]
}

/** A command line of a build tool can name thousands of classes in its argfile. */
const MAX_ARGFILE_BYTES = 1024 * 1024

async function expandArgfiles(words: readonly string[], start: JavaStart): Promise<string[]> {
  const expanded: string[] = []
  let wanted = true
  for (const word of words) {
    if (word === '--disable-@files') wanted = false
    const name = wanted && /^@[^@]/.test(word) ? word.slice(1) : undefined
    if (name === undefined) {
      // `@@name` means the word `@name`.
      expanded.push(wanted && word.startsWith('@@') ? word.slice(1) : word)
      continue
    }
    const path = name.startsWith('/') ? name : `${start.folder}/${name}`
    const content = await readInside(start.root, path, MAX_ARGFILE_BYTES)
    expanded.push(...splitWords(content?.toString('utf8') ?? '', true))
  }
  return expanded
}

/** The JVM's options end with the main class, the jar or the module: what follows is the program's own. */
function launcherOptions(words: readonly string[]): string[] {
  const options: string[] = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    if (!word.startsWith('-') || /^(?:-jar|-m|--module)$/.test(word)) break
    options.push(word)
    if (TAKES_A_VALUE.has(word)) at++
  }
  return options
}

const TAKES_A_VALUE = new Set(
  (
    '-cp -classpath --class-path -p --module-path --upgrade-module-path --add-modules --enable-native-access ' +
    '--limit-modules --add-exports --add-opens --add-reads --patch-module --describe-module -d --source'
  ).split(' '),
)

/**
 * Words as the launcher separates them: blanks outside quotes. In an argfile a backslash escapes inside quotes and
 * continues a line, and `#` begins a comment.
 */
export function splitWords(text: string, argfile = false): string[] {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? ''
    if (quote !== '') {
      if (letter === quote) quote = ''
      else if (argfile && letter === '\\') word = (word ?? '') + (ESCAPES[text[++at] ?? ''] ?? text[at] ?? '')
      else word = (word ?? '') + letter
    } else if (letter === '"' || letter === "'") {
      quote = letter
      word ??= ''
    } else if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (argfile && letter === '#') {
      while (at + 1 < text.length && text[at + 1] !== '\n') at++
    } else if (argfile && letter === '\\' && text[at + 1] === '\n') {
      at++
      while (/[ \t]/.test(text[at + 1] ?? '')) at++
    } else word = (word ?? '') + letter
  }
  if (word !== undefined) words.push(word)
  return words
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', '\n': '' }

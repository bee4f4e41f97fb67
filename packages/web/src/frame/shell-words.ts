/** Where a name cannot be typed into a command: the reader knows it. */
const UNKNOWN = 'FILE'

/**
 * A name of a file as one word of a POSIX shell. Names are hostile: one with a control character could run what is
 * pasted, so it is not given at all.
 */
export function shellWord(name: string): string {
  // The dash is what the command line calls its standard input.
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  if (name === '' || name === '-' || /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(name)) return UNKNOWN
  const word = name.startsWith('-') ? `./${name}` : name
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

/** The folder that all of them are in, or undefined. */
export function folderOf(paths: readonly string[]): string | undefined {
  const [first, ...others] = paths.map((path) => path.split('/').slice(0, -1))
  if (first === undefined) return undefined
  const differs = first.findIndex((name, at) => others.some((other) => other[at] !== name))
  const shared = differs < 0 ? first : first.slice(0, differs)
  return shared.length === 0 ? undefined : shared.join('/') || '/'
}

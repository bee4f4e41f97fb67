/** The lines of one file, searched for texts that the evidence holds. */
export interface SourceLines {
  /** 1-based lines that hold it as a word of its own between quotes, slashes or blanks. */
  linesWith(text: string): readonly number[]
  readonly lines: readonly string[]
}

/** Lines on which one text is looked for; more of them tell nothing. */
const MAX_LINES = 200

export function sourceLines(source: string): SourceLines {
  const lines = source.split(/\r\n|\r|\n/)
  const known = new Map<string, readonly number[]>()
  return {
    lines,
    linesWith(text) {
      const before = known.get(text)
      if (before !== undefined) return before
      const found: number[] = []
      if (source.includes(text))
        for (const [index, line] of lines.entries())
          if (found.length < MAX_LINES && holds(line, text)) found.push(index + 1)
      known.set(text, found)
      return found
    },
  }
}

/** The one of them that is nearest to a line. */
export function nearestTo(line: number, found: readonly number[]): number | undefined {
  return found.toSorted((a, b) => Math.abs(a - line) - Math.abs(b - line))[0]
}

/** In a literal, and not as a part of a longer word or path. */
function holds(line: string, text: string): boolean {
  for (let at = line.indexOf(text); at !== -1; at = line.indexOf(text, at + 1)) {
    const before = line[at - 1] ?? ''
    const after = line[at + text.length] ?? ''
    const isStart =
      /["'`}]/.test(before) ||
      (text.startsWith('/') ? IN_ADDRESS.test(line.slice(0, at)) : before === '/' || before === '@')
    const isEnd = text.endsWith('/') || after === '' || /["'`/?#&:${\s]/.test(after)
    if (isStart && isEnd && !(before === '/' && IN_PATH.test(line.slice(0, at)))) return true
  }
  return false
}

/** `http://host:80` before a path. */
const IN_ADDRESS = /:\/\/[\w.:[\]-]{1,250}$/
/** `"/catalog/` before a word, or `http://host/`: it is the end of another path. */
const IN_PATH = /[\w}\]]\/$/

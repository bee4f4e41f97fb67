/** Which lines a `whyreset-ignore` comment speaks of. */
export interface Ignores {
  /** 1-based line → rules that are ignored there. */
  readonly rules: ReadonlyMap<number, readonly string[]>
  /** 1-based lines of comments that say no reason: they are not obeyed. */
  readonly withoutReason: readonly number[]
}

const COMMENT =
  /(?:\/\/|#|\/\*|\*)\s*whyreset-ignore\b\s*([\w-]+(?:\s*,\s*[\w-]+)*)?\s*(?::\s*(.*?))?\s*(?:\*\/)?\s*$/
/** A longer line holds no comment that somebody wrote. */
const MAX_LINE_LENGTH = 2000

/**
 * `// whyreset-ignore RULE: why it is fine` on the line itself or on the one above it. A reason is wanted: whoever
 * comes later must be able to judge it.
 */
export function readIgnores(lines: readonly string[]): Ignores {
  const rules = new Map<number, readonly string[]>()
  const withoutReason: number[] = []
  for (const [index, text] of lines.entries()) {
    if (!text.includes('whyreset-ignore') || text.length > MAX_LINE_LENGTH) continue
    const match = COMMENT.exec(text)
    if (match === null) continue
    const [whole, names = '', reason = ''] = match
    if (reason.trim() === '') {
      withoutReason.push(index + 1)
      continue
    }
    const isAlone = text.slice(0, text.length - whole.length).trim() === ''
    rules.set(isAlone ? index + 2 : index + 1, names === '' ? ['*'] : names.split(/\s*,\s*/))
  }
  return { rules, withoutReason }
}

export function ignoreAt({ rules }: Ignores, line: number, rule: string): boolean {
  const ignored = rules.get(line)
  return ignored !== undefined && (ignored.includes('*') || ignored.includes(rule))
}

import type { SgNode } from '@ast-grep/napi'

/** Grammars lag behind their languages: an error here and there is theirs, and costs no more than its function. */
const BROKEN_SHARE = 0.25
const ERROR = { rule: { kind: 'ERROR' } }

/** The first line that a parser did not understand, of a file of which it did not understand a quarter. */
export function brokenAt(root: SgNode): number | undefined {
  const first = root.find(ERROR)
  if (first === null) return undefined
  let end = 0
  let lost = 0
  for (const error of root.findAll(ERROR)) {
    const range = error.range()
    // An error inside of another one is a part of it.
    lost += Math.max(0, range.end.index - Math.max(end, range.start.index))
    end = Math.max(end, range.end.index)
  }
  const { start, end: last } = root.range()
  return lost < (last.index - start.index) * BROKEN_SHARE ? undefined : first.range().start.line + 1
}

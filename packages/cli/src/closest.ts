/** Edits that still look like a slip of the fingers. */
const MAX_EDITS = 3
/** UTF-16 units; nobody mistypes longer words, and the comparison is quadratic. */
const MAX_LENGTH = 60

/** The word that was most likely meant, if any is near. */
export function closest(typed: string, words: readonly string[]): string | undefined {
  if (typed.length > MAX_LENGTH) return undefined
  let best: string | undefined
  let fewest = Math.min(MAX_EDITS, Math.floor(typed.length / 3)) + 1
  for (const word of words) {
    const edits = editsBetween(typed.toLowerCase(), word.toLowerCase())
    if (edits >= fewest) continue
    fewest = edits
    best = word
  }
  return best
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editsBetween(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1]
      let least = Math.min(
        at(above, column) + 1,
        at(current, column - 1) + 1,
        at(above, column - 1) + (isSame ? 0 : 1),
      )
      const isSwap = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (row > 1 && column > 1 && isSwap) least = Math.min(least, at(before, column - 2) + 1)
      current.push(least)
    }
    before = above
    above = current
  }
  return at(above, b.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity
}

import type { TrueFinding, Truth } from './truth.ts'

/** How a diagnosis compares with the label: the same, the same with other counts, or something else. */
export type Agreement = 'agrees' | 'counts-differ' | 'disagrees'

/** Compares by cause and side; findings of one kind count together (two families of addresses are two findings). */
export function compareWithTruth(truth: Truth, found: readonly TrueFinding[]): Agreement {
  const wanted = countByKind(truth.findings)
  const got = countByKind(found)
  if (wanted.size !== got.size || Array.from(wanted.keys()).some((kind) => !got.has(kind))) return 'disagrees'
  const isSame = Array.from(wanted).every(([kind, connections]) => got.get(kind) === connections)
  return isSame ? 'agrees' : 'counts-differ'
}

function countByKind(findings: readonly TrueFinding[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { cause, resetBy, connections } of findings) {
    const kind = `${cause} ${resetBy}`
    counts.set(kind, (counts.get(kind) ?? 0) + connections)
  }
  return counts
}

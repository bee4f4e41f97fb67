import type { Diagnosis, Ladder, Message } from '@whyreset/core'
import type { LadderRow } from './ladder-rows.ts'

/** A finding that cites segments of the ladder: it has a line in the margin, from its first segment down to its name. */
interface CitedCause {
  /** Place in `diagnosis.findings`. */
  readonly finding: number
  /** Places of its segments in the ladder, in order. */
  readonly segments: readonly number[]
}

/** One line from a segment to a cause. */
interface Cite {
  /** Place in the list of causes, and so of its line in the margin. */
  readonly cause: number
  /** What the segment shows; absent for the reset itself where no proof names it. */
  readonly says: Message | undefined
}

export interface Margin {
  readonly causes: readonly CitedCause[]
  readonly cites: ReadonlyMap<number, readonly Cite[]>
}

/**
 * What of a ladder is cited, and by what. A reset that no proof names, because its finding cites another one of many, is
 * the finding's all the same.
 */
export function citedCauses(
  { cited, frame }: Pick<Ladder, 'cited'> & { readonly frame: readonly number[] },
  { findings }: Diagnosis,
  reset: { readonly frame: number; readonly finding: number } | undefined,
): Margin {
  const place = reset === undefined ? -1 : frame.indexOf(reset.frame)
  const isNamed = cited.some(({ segment, finding }) => segment === place && finding === reset?.finding)
  const all: { segment: number; finding: number; proof?: number }[] = [
    ...cited,
    ...(reset === undefined || place < 0 || isNamed ? [] : [{ segment: place, finding: reset.finding }]),
  ].filter(({ finding }) => findings[finding] !== undefined)
  const order = [...new Set(all.map(({ finding }) => finding))].toSorted((x, y) => x - y)
  const cites = new Map<number, Cite[]>()
  for (const { segment, finding, proof } of all) {
    const says = proof === undefined ? undefined : findings[finding]?.proof[proof]?.says
    const own = { cause: order.indexOf(finding), says }
    cites.set(segment, [...(cites.get(segment) ?? []), own])
  }
  const causes = order.map((finding) => ({
    finding,
    segments: [
      ...new Set(all.filter((each) => each.finding === finding).map(({ segment }) => segment)),
    ].toSorted((x, y) => x - y),
  }))
  return { causes, cites }
}

/** Which lines pass a row: those of causes whose first segment is above it. */
export function passing({ causes }: Margin, row: LadderRow): boolean[] {
  return causes.map(({ segments: [first = Infinity] }) =>
    row.kind === 'fold'
      ? first < row.first
      : row.kind === 'exchange'
        ? first <= row.place
        : first < row.place,
  )
}

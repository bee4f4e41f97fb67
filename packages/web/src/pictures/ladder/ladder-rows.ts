import { segmentsOf } from '@whyreset/core'
import type { Ladder, Segment, Side } from '@whyreset/core'

export const FIN = 1
export const SYN = 2
export const RST = 4
export const ACK = 16

/** Fewer in a row than this are shown as they are. */
const MIN_FOLD = 4
/** A silence longer than this has a row of its own. */
const QUIET_NS = 200e6

/** Share of the largest window that a side ever advertised; undefined before it advertised one. */
export interface Free {
  readonly client: number | undefined
  readonly server: number | undefined
}

interface FoldSummary {
  readonly segments: number
  readonly data: number
  readonly dataBytes: number
  readonly acks: number
  readonly keepalives: number
  readonly zeroWindow: number
  readonly retransmissions: number
  readonly lengthNs: number
}

export type LadderRow = { readonly free: Free } & (
  | {
      readonly kind: 'segment'
      readonly place: number
      readonly segment: Segment
      /** Since the segment before it. */
      readonly gapNs: number | undefined
      readonly cited: Ladder['cited']
    }
  | { readonly kind: 'exchange'; readonly place: number; readonly from: Side; readonly text: string }
  | { readonly kind: 'fold'; readonly first: number; readonly end: number; readonly summary: FoldSummary }
  | { readonly kind: 'quiet'; readonly place: number; readonly lengthNs: number }
  | { readonly kind: 'omitted'; readonly place: number; readonly count: number }
)

/**
 * The rows of a ladder from the top. What tells the story stands alone: handshake, exchanges, what is cited, where a window
 * closes or opens, the end. Runs of the rest are one row, unless their first segment is in `unfolded`.
 */
export function ladderRows(
  ladder: Ladder,
  unfolded: ReadonlySet<number> | 'all',
  frame?: number,
): LadderRow[] {
  const segments = segmentsOf(ladder)
  const free = freeWindows(segments)
  const heads = bySegment(ladder.heads)
  const cited = bySegment(ladder.cited)
  const omitted = new Map(ladder.gaps.map(({ segment, count }) => [segment, count]))
  const standsAlone = segments.map(
    (segment, place) =>
      place === 0 ||
      place === segments.length - 1 ||
      isNotable(segment, place, segments) ||
      segment.frame === frame ||
      heads.has(place) ||
      cited.has(place),
  )
  const rows: LadderRow[] = []
  for (let place = 0; place < segments.length;) {
    const count = omitted.get(place)
    const before = segments[place - 1]
    const segment = segments[place]
    if (segment === undefined) break
    const here = free[place] ?? NOTHING
    if (count !== undefined) rows.push({ kind: 'omitted', place, count, free: free[place - 1] ?? NOTHING })
    const end = endOfRun(standsAlone, omitted, place)
    const gapNs = before === undefined || count !== undefined ? undefined : segment.ns - before.ns
    if (gapNs !== undefined && gapNs >= QUIET_NS) {
      rows.push({ kind: 'quiet', place, lengthNs: gapNs, free: free[place - 1] ?? NOTHING })
    }
    if (end - place >= MIN_FOLD && unfolded !== 'all' && !unfolded.has(place)) {
      rows.push({
        kind: 'fold',
        first: place,
        end,
        summary: summaryOf(segments.slice(place, end)),
        free: free[end - 1] ?? NOTHING,
      })
      place = end
      continue
    }
    const stop = Math.max(place + 1, end)
    for (; place < stop; place++) {
      const shown = segments[place]
      if (shown === undefined) break
      const previous = segments[place - 1]
      const hole = omitted.has(place) || previous === undefined
      rows.push({
        kind: 'segment',
        place,
        segment: shown,
        gapNs: hole ? undefined : shown.ns - previous.ns,
        cited: cited.get(place) ?? [],
        free: free[place] ?? here,
      })
      for (const { text } of heads.get(place) ?? []) {
        rows.push({ kind: 'exchange', place, from: shown.from, text, free: free[place] ?? here })
      }
    }
  }
  return rows
}

const NOTHING: Free = { client: undefined, server: undefined }

function bySegment<T extends { readonly segment: number }>(things: readonly T[]): Map<number, T[]> {
  const groups = new Map<number, T[]>()
  for (const thing of things) {
    const group = groups.get(thing.segment)
    if (group === undefined) groups.set(thing.segment, [thing])
    else group.push(thing)
  }
  return groups
}

function endOfRun(
  standsAlone: readonly boolean[],
  omitted: ReadonlyMap<number, number>,
  from: number,
): number {
  let end = from
  while (end < standsAlone.length && standsAlone[end] === false && (end === from || !omitted.has(end))) end++
  return end
}

function isNotable(segment: Segment, place: number, segments: readonly Segment[]): boolean {
  if ((segment.flags & (SYN | FIN | RST)) !== 0) return true
  if (segment.marks.includes('gap-before') || segment.marks.includes('after-reset')) return true
  const before = segments.findLast((other, at) => at < place && other.from === segment.from)
  const closes = segment.window === 0 && before?.window !== 0
  const opens = segment.window > 0 && before?.window === 0
  return closes || opens
}

function summaryOf(run: readonly Segment[]): FoldSummary {
  const count = (is: (segment: Segment) => boolean): number => run.filter(is).length
  const carries = (segment: Segment): boolean => segment.length > 0 && !isKeepalive(segment)
  return {
    segments: run.length,
    data: count(carries),
    dataBytes: run.filter(carries).reduce((sum, { length }) => sum + length, 0),
    acks: count((segment) => segment.length === 0 && segment.window > 0 && !isKeepalive(segment)),
    keepalives: count(isKeepalive),
    zeroWindow: count((segment) => segment.window === 0 && !isKeepalive(segment)),
    retransmissions: count(({ marks }) => marks.includes('retransmission')),
    lengthNs: (run.at(-1)?.ns ?? 0) - (run[0]?.ns ?? 0),
  }
}

function isKeepalive({ marks }: Segment): boolean {
  return marks.includes('keepalive') || marks.includes('keepalive-answer')
}

/** Whether its window is one of a connection that stands: a SYN's is not scaled, an RST's is no offer. */
function offersWindow({ flags }: Segment): boolean {
  return (flags & (RST | SYN)) === 0
}

/** What each side had room for, after each segment. */
function freeWindows(segments: readonly Segment[]): Free[] {
  const most = { client: 1, server: 1 }
  for (const segment of segments) {
    if (offersWindow(segment)) most[segment.from] = Math.max(most[segment.from], segment.window)
  }
  let now: Free = NOTHING
  return segments.map((segment) => {
    if (offersWindow(segment)) now = { ...now, [segment.from]: segment.window / most[segment.from] }
    return now
  })
}

import type { TimeRange } from '../picture.ts'

/** Closer than this a picture has nothing more to show: clocks of captures tick in nanoseconds. */
const MIN_WIDTH_NS = 50

/** How far beyond the record an edge may be dragged, as a share of what is in view. */
const OVERSCROLL = 0.2

/** What is left free at either end of the record, as a share of it. */
const MARGIN = 0.015

/** Zooms about a moment, which stays where it is on the screen; a factor above 1 shows more. */
export function zoomed(range: TimeRange, aboutNs: number, factor: number, bounds: TimeRange): TimeRange {
  const width = range.toNs - range.fromNs
  const limit = (bounds.toNs - bounds.fromNs) * (1 + OVERSCROLL)
  const wanted = Math.max(MIN_WIDTH_NS, Math.min(width * factor, limit))
  const fromNs = aboutNs - ((aboutNs - range.fromNs) / width) * wanted
  return held({ fromNs, toNs: fromNs + wanted }, bounds)
}

export function panned(range: TimeRange, byNs: number, bounds: TimeRange): TimeRange {
  return held({ fromNs: range.fromNs + byNs, toNs: range.toNs + byNs }, bounds)
}

/** The same width, moved so that a moment is in view, some way from the edge. */
export function revealed(range: TimeRange, ns: number, bounds: TimeRange): TimeRange {
  const width = range.toNs - range.fromNs
  const margin = width / 10
  if (ns < range.fromNs + margin) return panned(range, ns - margin - range.fromNs, bounds)
  if (ns > range.toNs - margin) return panned(range, ns + margin - range.toNs, bounds)
  return range
}

/** A range that can be drawn: not empty, not narrower than a clock tells, even where a record is one instant. */
export function drawable(fromNs: number, toNs: number): TimeRange {
  if (toNs - fromNs >= MIN_WIDTH_NS) return { fromNs, toNs }
  const middle = (fromNs + toNs) / 2
  return { fromNs: middle - MIN_WIDTH_NS / 2, toNs: middle + MIN_WIDTH_NS / 2 }
}

/** All of a record, with room at its ends for what happened there. */
export function boundsOf({ fromNs, toNs }: TimeRange): TimeRange {
  const margin = (toNs - fromNs) * MARGIN
  return drawable(fromNs - margin, toNs + margin)
}

/** Moved, not narrowed, so that it does not leave the record behind. */
function held(range: TimeRange, bounds: TimeRange): TimeRange {
  const width = range.toNs - range.fromNs
  const over = width * OVERSCROLL
  const first = Math.min(bounds.fromNs - over, bounds.toNs - width)
  const last = Math.max(bounds.toNs + over - width, bounds.fromNs)
  const fromNs = Math.min(Math.max(range.fromNs, first), last)
  return { fromNs, toNs: fromNs + width }
}

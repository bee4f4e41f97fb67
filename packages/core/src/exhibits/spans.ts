/** Stretches of time, `[from, to, weight, …]` in order; near ones are joined, so that there are never many. */
export interface Spans {
  readonly flat: number[]
  joinNs: number
}

/** What is closer than this is one stretch on any picture of a connection. */
const JOIN_NS = 1e6
const MAX_SPANS = 24
const WORDS = 3

export function createSpans(): Spans {
  return { flat: [], joinNs: JOIN_NS }
}

/** Adds a moment with a weight (bytes); times do not go back by much. */
export function addToSpans(spans: Spans, ns: number, weight: number): void {
  const { flat } = spans
  const last = flat.length - WORDS
  if (last >= 0 && ns - (flat[last + 1] ?? 0) <= spans.joinNs) {
    flat[last + 1] = Math.max(flat[last + 1] ?? ns, ns)
    flat[last + 2] = (flat[last + 2] ?? 0) + weight
    return
  }
  flat.push(ns, ns, weight)
  if (flat.length > MAX_SPANS * WORDS) joinNearest(spans)
}

/** Joins what is nearest, with ever larger gaps, until half the room is free. */
function joinNearest(spans: Spans): void {
  const { flat } = spans
  while (flat.length > (MAX_SPANS / 2) * WORDS) {
    spans.joinNs *= 2
    let to = 0
    for (let at = WORDS; at < flat.length; at += WORDS) {
      if ((flat[at] ?? 0) - (flat[to + 1] ?? 0) <= spans.joinNs) {
        flat[to + 1] = flat[at + 1] ?? 0
        flat[to + 2] = (flat[to + 2] ?? 0) + (flat[at + 2] ?? 0)
        continue
      }
      to += WORDS
      flat[to] = flat[at] ?? 0
      flat[to + 1] = flat[at + 1] ?? 0
      flat[to + 2] = flat[at + 2] ?? 0
    }
    flat.length = to + WORDS
  }
}

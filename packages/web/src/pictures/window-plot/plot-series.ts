import type { Segment, Side } from '@whyreset/core'

const RST = 4
const ACK = 16

/** Values that hold from their time on, until the next. */
export interface Steps {
  readonly ns: readonly number[]
  readonly bytes: readonly number[]
}

/** What one side sent, and what the other let it send. Bytes are places in the stream, as Wireshark's relative numbers. */
export interface PlotSeries {
  readonly from: Side
  readonly sent: Steps
  readonly acked: Steps
  /** The last byte that may be sent: acknowledgement + window. */
  readonly limit: Steps
  /** While the receiver advertised a window of 0. */
  readonly stalls: readonly { readonly fromNs: number; readonly toNs: number }[]
  readonly resets: readonly { readonly ns: number; readonly from: Side }[]
  readonly lastNs: number
}

/** The series of one direction, from segments in order of the capture. */
export function plotSeries(segments: readonly Segment[], from: Side): PlotSeries {
  const sent = { ns: [] as number[], bytes: [] as number[] }
  const acked = { ns: [] as number[], bytes: [] as number[] }
  const limit = { ns: [] as number[], bytes: [] as number[] }
  const stalls: { fromNs: number; toNs: number }[] = []
  let greatest = -Infinity
  let acknowledged = -Infinity
  let closedNs: number | undefined
  for (const { ns, from: sender, flags, seq, ack, length, window, marks } of segments) {
    if (marks.includes('second-sight') || (flags & RST) !== 0) continue
    if (sender === from) {
      if (length === 0 || seq + length <= greatest) continue
      greatest = seq + length
      push(sent, ns, greatest)
      continue
    }
    if ((flags & ACK) === 0) continue
    if (ack > acknowledged) {
      acknowledged = ack
      push(acked, ns, ack)
    }
    if (limit.bytes.at(-1) !== ack + window) push(limit, ns, ack + window)
    if (window === 0) closedNs ??= ns
    else if (closedNs !== undefined) {
      stalls.push({ fromNs: closedNs, toNs: ns })
      closedNs = undefined
    }
  }
  const resets = segments.flatMap(({ flags, ns, from: sender }) =>
    (flags & RST) === 0 ? [] : [{ ns, from: sender }],
  )
  const lastNs = segments.at(-1)?.ns ?? 0
  // What ends a stall that no window update ended is the reset, or the end of the capture.
  if (closedNs !== undefined)
    stalls.push({ fromNs: closedNs, toNs: resets.find(({ ns }) => ns >= (closedNs ?? 0))?.ns ?? lastNs })
  return { from, sent, acked, limit, stalls, resets, lastNs }
}

/** What held at a moment. */
export function valueAt({ ns, bytes }: Steps, at: number): number | undefined {
  let low = 0
  let high = ns.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ns[middle] ?? Infinity) <= at) low = middle + 1
    else high = middle
  }
  return bytes[low - 1]
}

function push(steps: { readonly ns: number[]; readonly bytes: number[] }, ns: number, bytes: number): void {
  steps.ns.push(ns)
  steps.bytes.push(bytes)
}

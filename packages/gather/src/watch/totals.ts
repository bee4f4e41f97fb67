import type { Attachment } from './attachment.ts'
import type { WatchStatus } from './watch.ts'

/** What is counted from the start of the watch, over all runs of the target. */
export type Totals = Pick<
  WatchStatus,
  'packets' | 'connections' | 'resets' | 'droppedPackets' | 'captureRestarts'
>

export const NO_TOTALS: Totals = {
  packets: 0,
  connections: 0,
  resets: 0,
  droppedPackets: 0,
  captureRestarts: 0,
}

export function totalsOf({ capture }: Attachment): Totals {
  const { packets, connections, resets, dropped, restarts } = capture
  return { packets, connections, resets, droppedPackets: dropped, captureRestarts: restarts }
}

export function addTotals(a: Totals, b: Totals): Totals {
  return {
    packets: a.packets + b.packets,
    connections: a.connections + b.connections,
    resets: a.resets + b.resets,
    droppedPackets: a.droppedPackets + b.droppedPackets,
    captureRestarts: a.captureRestarts + b.captureRestarts,
  }
}

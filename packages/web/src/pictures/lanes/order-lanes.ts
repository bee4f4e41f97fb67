import type { Diagnosis, Lane, Outcome } from '@whyreset/core'
import { CAUSE_TITLES } from '@whyreset/report/page'
import type { Lang } from '@whyreset/report/page'
import type { Filter, TimeRange } from '../picture.ts'

export type LaneOrder = 'start' | 'end' | 'duration' | 'bytes' | 'peer' | 'outcome'

export interface LaneWish {
  readonly order: LaneOrder
  readonly descending: boolean
  readonly filter: Filter
  /** `10.0.0.2`, either side. */
  readonly peer: string | undefined
  readonly port: number | undefined
  readonly outcome: Outcome | undefined
  /** Only connections that lived within it. */
  readonly range: TimeRange | undefined
}

/** Worst first. */
const OUTCOME_ORDER: readonly Outcome[] = ['reset', 'refused', 'unanswered', 'half-closed', 'open', 'closed']

/** The lanes that are wanted, in the order that is wanted; equal ones in order of time. */
export function orderLanes(
  lanes: readonly Lane[],
  wish: LaneWish,
  diagnosis: Diagnosis,
  lang: Lang,
): readonly Lane[] {
  const text = wish.filter.text?.trim().toLowerCase() ?? ''
  const kept = lanes.filter((lane) => {
    if (wish.outcome !== undefined && lane.outcome !== wish.outcome) return false
    if (wish.peer !== undefined && lane.client !== wish.peer && lane.server !== wish.peer) return false
    if (wish.port !== undefined && lane.serverPort !== wish.port) return false
    if (wish.range !== undefined && (lane.lastNs < wish.range.fromNs || lane.firstNs > wish.range.toNs)) {
      return false
    }
    if (wish.filter.cause === undefined && text === '') return true
    const cause = causeOf(lane, diagnosis)
    if (wish.filter.cause !== undefined && cause !== wish.filter.cause) return false
    const shown = `${endsOf(lane)} ${lane.outcome} ${cause === undefined ? '' : `${cause} ${CAUSE_TITLES[cause][lang]}`}`
    return shown.toLowerCase().includes(text)
  })
  const compare = COMPARE[wish.order]
  const sign = wish.descending ? -1 : 1
  return kept.toSorted((a, b) => sign * compare(a, b) || a.firstNs - b.firstNs || a.row - b.row)
}

/** `10.0.0.1:51312 → 10.0.0.2:8080` */
export function endsOf(lane: Lane): string {
  return `${hostPort(lane.client, lane.clientPort)} → ${hostPort(lane.server, lane.serverPort)}`
}

/** `51312→8080`, where there is no room for addresses. */
export function portsOf(lane: Lane): string {
  return `${lane.clientPort}→${lane.serverPort}`
}

export function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

export function causeOf(
  lane: Lane,
  { incidents, findings }: Diagnosis,
): Diagnosis['incidents'][number]['cause'] | undefined {
  const incident = lane.incident === undefined ? undefined : incidents[lane.incident]
  return incident?.cause ?? (lane.finding === undefined ? undefined : findings[lane.finding]?.cause)
}

const COMPARE: Readonly<Record<LaneOrder, (a: Lane, b: Lane) => number>> = {
  start: (a, b) => a.firstNs - b.firstNs,
  end: (a, b) => a.lastNs - b.lastNs,
  duration: (a, b) => a.lastNs - a.firstNs - (b.lastNs - b.firstNs),
  bytes: (a, b) => a.clientBytes + a.serverBytes - (b.clientBytes + b.serverBytes),
  peer: (a, b) => compareText(peerOf(a), peerOf(b)),
  outcome: (a, b) => OUTCOME_ORDER.indexOf(a.outcome) - OUTCOME_ORDER.indexOf(b.outcome),
}

function peerOf(lane: Lane): string {
  return `${hostPort(lane.server, lane.serverPort)} ${lane.client}`
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

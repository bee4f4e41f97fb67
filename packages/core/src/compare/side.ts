import type { Diagnosis, InputKind, InputReport, Message } from '../diagnosis.ts'
import type { ProblemCode } from '../errors.ts'
import type { Lack } from '../messages/compare-values.ts'
import { say } from '../messages/say.ts'
import { incidentTimes, timeMs } from './bursts.ts'
import type { ComparedSide, SideName } from './comparison.ts'
import { hostsOf } from './endpoints.ts'
import { present } from './present.ts'

/** Problems after which part of an input is missing: what was in it cannot show. */
const LOSSES: ReadonlySet<ProblemCode> = new Set([
  'unreadable-input',
  'compressed-input',
  'packed-input',
  'saved-answer',
  'compressed-cut-short',
  'compressed-damaged',
  'pcap-record-length',
  'pcapng-block-length',
  'pcapng-block-trailer',
  'pcapng-byte-order',
  'link-type-unknown',
  'records-omitted',
  'trace-events-lost',
])

/** Verdicts of an analysis that was ended before it knew everything. */
const INTERRUPTED: ReadonlySet<string> = new Set(['verdict-interrupted', 'verdict-partly-judged'])

/** One diagnosis with what a comparison asks of it. */
export interface Side {
  readonly side: SideName
  readonly diagnosis: Diagnosis
  readonly minutes?: number
  readonly times: ReadonlyMap<string, number>
}

export function sideOf(side: SideName, diagnosis: Diagnosis): Side {
  const minutes = minutesOf(diagnosis.inputs.filter(({ kind }) => kind === 'capture'))
  return {
    side,
    diagnosis,
    ...(minutes === undefined ? {} : { minutes }),
    times: incidentTimes(diagnosis.incidents),
  }
}

export function describeSide(own: Side, name: string | undefined): ComparedSide {
  const { diagnosis, minutes } = own
  const { summary, verdict } = diagnosis
  return {
    ...(name === undefined ? {} : { name }),
    verdict,
    packets: summary.packets,
    connections: summary.connections,
    reset: summary.reset,
    refused: summary.refused,
    gracefullyClosed: summary.gracefullyClosed,
    open: summary.open,
    ...(minutes === undefined ? {} : { minutes: rounded(minutes) }),
    ...present('connectionsPerMinute', ratePerMinute(own)),
    socketTables: tablesOf(diagnosis).length,
  }
}

export function ratePerMinute({ diagnosis: { summary }, minutes }: Side): number | undefined {
  return minutes === undefined ? undefined : rounded(summary.connections / minutes)
}

/** Why no reset could show on this side; undefined where it could. */
export function lackOfPackets({ diagnosis: { summary } }: Side): Lack | undefined {
  if (summary.packets === 0) return 'packets'
  return summary.connections === 0 ? 'connections' : undefined
}

/** Whether the two sides have no address in common: the same program, run in another place. */
export function isElsewhere(before: Side, after: Side): boolean {
  const known = hostsIn(before)
  return [...hostsIn(after)].every((host) => !known.has(host))
}

function hostsIn({ diagnosis: { findings, warnings } }: Side): ReadonlySet<string> {
  return new Set([
    ...findings.flatMap(({ client, server }) => [...hostsOf(client), ...hostsOf(server)]),
    ...warnings.flatMap(({ peer }) => hostsOf(peer)),
  ])
}

/** Whether the kind of evidence was looked at: an empty kernel trace says that there was no reset. */
export function hasKind({ diagnosis }: Side, kind: InputKind): boolean {
  return diagnosis.inputs.some((input) => input.kind === kind)
}

export function tablesOf({ inputs }: Diagnosis): readonly InputReport[] {
  return inputs.filter(({ kind }) => kind === 'socket-table')
}

/**
 * Collections while packets were captured, for logs whose clock is known; of a log that runs beyond the capture its
 * share. Absent where there is no such log.
 */
export function collectionsOf({ diagnosis: { inputs } }: Side): number | undefined {
  const captures = inputs.filter(({ kind }) => kind === 'capture')
  const starts = captures.flatMap(({ from }) => (from === undefined ? [] : [timeMs(from)]))
  const ends = captures.flatMap(({ to }) => (to === undefined ? [] : [timeMs(to)]))
  const window = { from: Math.min(...starts), to: Math.max(...ends) }
  const counts = inputs.flatMap(({ kind, from, to, records }) => {
    if (kind !== 'gc-log' || from === undefined || to === undefined) return []
    const [first, last] = [timeMs(from), timeMs(to)]
    const inside = Math.min(last, window.to) - Math.max(first, window.from)
    if (!(inside >= 0)) return []
    return [last > first ? Math.floor(records * Math.min(1, inside / (last - first))) : records]
  })
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0)
}

/** What limits what this side can show. */
export function notesOf({ side, diagnosis }: Side): readonly Message[] {
  const { summary, verdict, inputs } = diagnosis
  const { events } = verdict.values
  const damaged = inputs.filter(({ problems }) => problems.some(({ code }) => LOSSES.has(code))).length
  const omitted = summary.incidentsOmitted
  return [
    ...(verdict.id === 'verdict-log-only' && typeof events === 'number'
      ? [say('compare-note-log-only', { side, events })]
      : []),
    ...(INTERRUPTED.has(verdict.id) ? [say('compare-note-interrupted', { side })] : []),
    ...(omitted > 0 ? [say('compare-note-omitted', { side, resets: omitted })] : []),
    ...(damaged > 0 ? [say('compare-note-damaged', { side, inputs: damaged })] : []),
  ]
}

/** Minutes that the inputs cover together; two captures of the same time count once. */
export function minutesOf(inputs: readonly InputReport[]): number | undefined {
  const spans = inputs
    .flatMap(({ from, to }) => (from === undefined || to === undefined ? [] : [[timeMs(from), timeMs(to)]]))
    .filter(([from = NaN, to = NaN]) => to > from)
    .toSorted(([x = 0], [y = 0]) => x - y)
  let total = 0
  let end = Number.NEGATIVE_INFINITY
  for (const [from = 0, to = 0] of spans) {
    total += Math.max(0, to - Math.max(from, end))
    end = Math.max(end, to)
  }
  return total > 0 ? total / 60_000 : undefined
}

/** Rates are told to four digits. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4))
}

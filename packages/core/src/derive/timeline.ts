import type { Evidence, ReadInput } from '../evidence.ts'
import type { LogEvent } from '../read/app-log/log-event.ts'
import type { Collection, GcLog } from '../read/gc-log/collection.ts'
import type { KernelReset } from '../read/kernel-event.ts'
import type { LogTime } from '../read/log-time.ts'
import type { SocketTable } from '../read/socket-table/socket-row.ts'
import type { Endpoint } from '../read/endpoint.ts'
import { chooseZone, toUnixMs, type ClockFrame, type ZoneChoice } from './clock.ts'
import type { ResetFacts } from './reset-facts.ts'
import { addressesOfWriter } from './log-owner.ts'
import { lineTimesOf, startFromWrittenLines } from './written-lines.ts'

/** A record on the analysis' axis: nanoseconds since the first packet; absent when its clock could not be tied to it. */
export type Timed<T> = T & { readonly input: number; readonly ns?: number }

export interface TimedGcLog {
  readonly input: number
  readonly log: GcLog
  /** Absent when the log has uptimes only: its start must be fitted. */
  readonly collections?: readonly (Collection & { readonly startNs: number; readonly endNs: number })[]
  readonly zone?: ZoneChoice
  /** Of the program that wrote it, where a manifest tells. */
  readonly addresses: readonly string[]
}

/** All evidence beside the captures, on one axis. */
export interface Timeline {
  readonly epochUnixMs?: number
  readonly fromNs: number
  readonly toNs: number
  readonly gcLogs: readonly TimedGcLog[]
  readonly events: readonly Timed<LogEvent>[]
  readonly tables: readonly Timed<SocketTable>[]
  readonly kernelResets: readonly Timed<KernelReset>[]
  /** Per input with a log: how its wall clock became UTC. */
  readonly zones: ReadonlyMap<number, ZoneChoice>
  readonly traceOffsets: ReadonlyMap<
    number,
    { readonly seconds: number; readonly how: 'printed' | 'estimated' }
  >
}

export interface TimelineOptions {
  /** `--log-timezone`, minutes east of UTC. */
  readonly logZoneMinutes?: number
  /** `--gc-start`, milliseconds since 1970 UTC: when the process of an uptime-only log started. */
  readonly gcStartMs?: number
}

/** ECMA-262 §21.4.1.1: the time range of dates. */
const MAX_DATE_MS = 8.64e15
const RESET_WORDS = new Set([
  'reset',
  'broken-pipe',
  'hang-up',
  'refused',
  'early-close',
  'aborted',
  'timed-out',
  'gave-up',
])

/** Puts every record on the axis of the captures, or of the logs when there is no capture. */
export function buildTimeline(
  evidence: Evidence,
  resets: readonly ResetFacts[],
  options: TimelineOptions,
): Timeline {
  const { inputs, tracker, tracks } = evidence
  const fromNs = tracks.reduce((least, track) => Math.min(least, track.fromNs), Infinity)
  const toNs = tracks.reduce((most, track) => Math.max(most, track.toNs), -Infinity)
  const captureEpochMs = tracker.epochUnixNs === undefined ? undefined : Number(tracker.epochUnixNs) / 1e6
  const epochUnixMs = captureEpochMs ?? firstStamp(inputs)
  const frame =
    captureEpochMs === undefined
      ? undefined
      : {
          fromMs: captureEpochMs + fromNs / 1e6,
          toMs: captureEpochMs + toNs / 1e6,
          resetsMs: resets.map(({ timeNs }) => captureEpochMs + timeNs / 1e6),
        }
  const manifest = inputs.find((input) => input.manifest !== undefined)?.manifest
  const manifestZone = manifest?.targets.find((target) => target.zoneMinutes !== undefined)?.zoneMinutes
  const known = {
    ...(options.logZoneMinutes === undefined ? {} : { given: options.logZoneMinutes }),
    ...(manifestZone === undefined ? {} : { manifest: manifestZone }),
  }
  const epochNs =
    tracker.epochUnixNs ??
    BigInt(Math.round(Math.min(Math.max(epochUnixMs ?? 0, -MAX_DATE_MS), MAX_DATE_MS) * 1e3)) * 1_000n
  const toNsOf = (time: LogTime | undefined, zone: ZoneChoice): number | undefined => {
    if (time === undefined || epochUnixMs === undefined) return undefined
    const unixMs = toUnixMs(time, zone, frame)
    // Beyond what a date can be: a zone or a stamp that makes no sense.
    if (unixMs === undefined || !(Math.abs(unixMs) <= MAX_DATE_MS)) return undefined
    // Logs print microseconds at best: whole ones, so that a printed second stays that second.
    return Number(BigInt(Math.round(unixMs * 1e3)) * 1_000n - epochNs)
  }
  const zones = new Map<number, ZoneChoice>()
  const traceOffsets = new Map<number, { seconds: number; how: 'printed' | 'estimated' }>()
  const events: Timed<LogEvent>[] = []
  const tables: Timed<SocketTable>[] = []
  const kernelResets: Timed<KernelReset>[] = []
  const gcLogs: TimedGcLog[] = []
  for (const [input, read] of inputs.entries()) {
    const zone = zoneOf(read, known, frame)
    if (zone !== undefined) zones.set(input, zone)
    const usedZone: ZoneChoice = zone ?? { zoneMinutes: 0, how: 'assumed' }
    for (const event of read.appLog?.events ?? []) {
      const ns = toNsOf(event.time, usedZone)
      events.push(ns === undefined ? { ...event, input } : { ...event, input, ns })
    }
    for (const table of read.tables) {
      const ns = toNsOf(table.at, usedZone)
      tables.push(ns === undefined ? { ...table, input } : { ...table, input, ns })
    }
    for (const log of read.gcLogs) {
      const processMs = manifest?.targets.find(
        (target) => target.pid !== undefined && target.pid === log.pid,
      )?.startedAtMs
      const startedMs =
        options.gcStartMs ??
        startFromWrittenLines(log, lineTimesOf(inputs, read.path), processMs) ??
        processMs
      const startedNs =
        startedMs === undefined || epochUnixMs === undefined
          ? toNsOf(log.startedAt, usedZone)
          : (startedMs - epochUnixMs) * 1e6
      const addresses = addressesOfWriter(inputs, read.path)
      gcLogs.push({ ...timeGcLog(input, log, usedZone, startedNs, toNsOf), addresses })
    }
    if (read.trace !== undefined) {
      const offset =
        read.trace.wallMinusTraceSeconds === undefined
          ? estimateTraceOffset(read.trace.resets, resets, epochUnixMs)
          : { seconds: read.trace.wallMinusTraceSeconds, how: 'printed' as const }
      if (offset !== undefined) traceOffsets.set(input, offset)
      for (const event of read.trace.resets) {
        const ns =
          offset === undefined || epochUnixMs === undefined || event.time.clock !== 'trace'
            ? undefined
            : ((offset.seconds + event.time.seconds) * 1e3 - epochUnixMs) * 1e6
        kernelResets.push(ns === undefined ? { ...event, input } : { ...event, input, ns })
      }
    }
  }
  return {
    ...(epochUnixMs === undefined ? {} : { epochUnixMs }),
    fromNs,
    toNs,
    gcLogs,
    events: inTime(events),
    tables: inTime(tables),
    kernelResets: inTime(kernelResets),
    zones,
    traceOffsets,
  }
}

/** What has no time comes first, as it was given: whatever the order of the inputs, the answer is the same. */
function inTime<T extends { readonly ns?: number }>(records: readonly T[]): T[] {
  return records.toSorted((x, y) => (x.ns ?? -Infinity) - (y.ns ?? -Infinity) || 0)
}

/** The zone of one log file: its stamps without a printed zone are all of one. */
function zoneOf(
  read: ReadInput,
  known: { readonly given?: number; readonly manifest?: number },
  frame: ClockFrame | undefined,
): ZoneChoice | undefined {
  const times: LogTime[] = []
  const add = (time: LogTime | undefined): void => {
    if (time !== undefined) times.push(time)
  }
  add(read.appLog?.from)
  add(read.appLog?.to)
  const events = (read.appLog?.events ?? []).filter((event) => RESET_WORDS.has(event.word))
  for (const log of read.gcLogs) {
    add(log.collections[0]?.end)
    add(log.collections.at(-1)?.end)
  }
  const utc: ZoneChoice = { zoneMinutes: 0, how: 'assumed' }
  const unzoned = times.filter((time) => time.clock === 'wall' && time.zoneMinutes === undefined)
  if (unzoned.length === 0) {
    return times.some((time) => time.clock === 'wall') ? { zoneMinutes: 0, how: 'printed' } : undefined
  }
  const stamps = unzoned.map((time) => toUnixMs(time, utc, frame)).filter((ms) => ms !== undefined)
  const eventStamps = events
    .filter((event) => event.time?.clock === 'wall' && event.time.zoneMinutes === undefined)
    .map((event) => (event.time === undefined ? undefined : toUnixMs(event.time, utc, frame)))
    .filter((ms) => ms !== undefined)
  if (stamps.length === 0) return utc
  const span = { fromMs: Math.min(...stamps), toMs: Math.max(...stamps) }
  return chooseZone(known, span, eventStamps, frame)
}

function timeGcLog(
  input: number,
  log: GcLog,
  zone: ZoneChoice,
  startedNs: number | undefined,
  toNsOf: (time: LogTime | undefined, zone: ZoneChoice) => number | undefined,
): Omit<TimedGcLog, 'addresses'> {
  const place = (time: LogTime | undefined): number | undefined => {
    if (time === undefined) return undefined
    if (time.clock === 'uptime') return startedNs === undefined ? undefined : startedNs + time.seconds * 1e9
    return toNsOf(time, zone)
  }
  const timed: (Collection & { startNs: number; endNs: number })[] = []
  for (const collection of log.collections) {
    const endNs = place(collection.end)
    if (endNs === undefined) return { input, log, zone }
    const acts = collection.concurrent
      ? (collection.referencesProcessedAt ?? collection.start)
      : collection.start
    timed.push({ ...collection, startNs: Math.min(place(acts) ?? endNs, endNs), endNs })
  }
  timed.sort((x, y) => x.startNs - y.startNs)
  return { input, log, collections: timed, zone }
}

/** A trace without its offset names the same connections as the capture: the median difference is the offset. */
function estimateTraceOffset(
  resets: readonly KernelReset[],
  onWire: readonly ResetFacts[],
  epochUnixMs: number | undefined,
): { seconds: number; how: 'estimated' } | undefined {
  if (epochUnixMs === undefined) return undefined
  const byKey = new Map(
    onWire.map((reset) => {
      const { own, peer } = reset
      return [keyOf(own, peer), reset.timeNs] as const
    }),
  )
  const differences: number[] = []
  for (const event of resets) {
    if (event.peer === undefined || event.time.clock !== 'trace') continue
    const [own, peer] = event.what === 'sent' ? [event.local, event.peer] : [event.peer, event.local]
    const ns = byKey.get(keyOf(own, peer))
    if (ns !== undefined) differences.push(epochUnixMs / 1e3 + ns / 1e9 - event.time.seconds)
  }
  const middle = differences.toSorted((x, y) => x - y)[Math.floor(differences.length / 2)]
  return middle === undefined ? undefined : { seconds: middle, how: 'estimated' }
}

function keyOf(own: Partial<Endpoint>, peer: Partial<Endpoint>): string {
  return `${own.address}:${own.port} ${peer.address}:${peer.port}`
}

function firstStamp(inputs: readonly ReadInput[]): number | undefined {
  const utc: ZoneChoice = { zoneMinutes: 0, how: 'assumed' }
  const stamps = inputs.flatMap((input) => {
    const times = [
      input.appLog?.from,
      ...input.gcLogs.map((log) => log.collections[0]?.end),
      ...input.tables.map((table) => table.at),
    ]
    return times.map((time) => (time === undefined ? undefined : toUnixMs(time, utc, undefined)))
  })
  const known = stamps.filter((ms) => ms !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}

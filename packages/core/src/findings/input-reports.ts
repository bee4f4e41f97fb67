import type { Facts } from '../derive/facts.ts'
import type { InputReport, Message } from '../diagnosis.ts'
import type { Evidence, ReadInput } from '../evidence.ts'
import { gcLogsElsewhere } from './gc-logs-elsewhere.ts'
import { say } from '../messages/say.ts'

/** What each input turned out to be, what it holds, and how its clock was read. */
export function reportInputs(
  evidence: Evidence,
  facts: Facts,
  timeOf: (ns: number) => string,
): InputReport[] {
  const elsewhere = gcLogsElsewhere(facts, timeOf)
  return evidence.inputs.map((read, index) => {
    const span = spanOf(read, index, facts)
    const clock = clockOf(read, index, facts, timeOf)
    return {
      path: read.path,
      ...describe(read),
      ...(span === undefined ? {} : { from: timeOf(span.fromNs), to: timeOf(span.toNs) }),
      ...(clock === undefined ? {} : { clock }),
      problems: [...read.problems, ...(elsewhere.get(index) ?? [])],
    }
  })
}

function describe(read: ReadInput): Pick<InputReport, 'kind' | 'format' | 'records'> {
  if (read.capture !== undefined)
    return { kind: 'capture', format: read.capture.format, records: read.capture.packets }
  if (read.trace !== undefined)
    return {
      kind: 'kernel-trace',
      format: 'trace',
      records: read.trace.resets.length + read.trace.stateChanges.length,
    }
  const [table] = read.tables
  if (table !== undefined) {
    const records = read.tables.reduce((sum, { rows }) => sum + rows.length, 0)
    return { kind: 'socket-table', format: table.format, records }
  }
  if (read.counters !== undefined) {
    const records = read.counters.sets.reduce((sum, { values }) => sum + values.size, 0)
    return { kind: 'counters', format: 'nstat', records }
  }
  const [gc] = read.gcLogs
  if (gc !== undefined && gc.collections.length > 0) {
    const records = read.gcLogs.reduce((sum, { collections }) => sum + collections.length, 0)
    return {
      kind: 'gc-log',
      format: gc.collector === undefined ? gc.runtime : `${gc.runtime} ${gc.collector}`,
      records,
    }
  }
  if (read.appLog !== undefined) {
    const programs = [...new Set(read.appLog.programs.map(({ name }) => name))].slice(0, 3)
    return {
      kind: 'app-log',
      format: programs.length === 0 ? 'log' : programs.join(', '),
      records: read.appLog.events.length,
    }
  }
  if (read.manifest !== undefined)
    return { kind: 'manifest', format: 'whyreset.evidence/1', records: read.manifest.targets.length }
  return { kind: 'unknown', format: 'unknown', records: 0 }
}

function spanOf(read: ReadInput, index: number, facts: Facts): { fromNs: number; toNs: number } | undefined {
  const { timeline } = facts
  const { capture } = read
  if (capture?.fromNs !== undefined) return { fromNs: capture.fromNs, toNs: capture.toNs ?? capture.fromNs }
  const times = [
    ...timeline.events.filter(({ input }) => input === index).map(({ ns }) => ns),
    ...timeline.tables.filter(({ input }) => input === index).map(({ ns }) => ns),
    ...timeline.kernelResets.filter(({ input }) => input === index).map(({ ns }) => ns),
    ...timeline.gcLogs
      .filter(({ input }) => input === index)
      .flatMap(({ collections = [] }) => [collections[0]?.startNs, collections.at(-1)?.endNs]),
  ].filter((ns) => ns !== undefined)
  if (times.length === 0) return undefined
  const sorted = times.toSorted((x, y) => x - y)
  return { fromNs: sorted[0] ?? 0, toNs: sorted.at(-1) ?? 0 }
}

function clockOf(
  read: ReadInput,
  index: number,
  facts: Facts,
  timeOf: (ns: number) => string,
): Message | undefined {
  const { timeline, fitted } = facts
  const fit = fitted.get(index)
  if (fit !== undefined)
    return say('clock-start-fitted', { startedAt: timeOf(fit.offsetMs * 1e6), pValue: fit.pValue })
  const log = timeline.gcLogs.find(({ input }) => input === index)
  if (log !== undefined && log.collections === undefined) return say('clock-start-unknown', {})
  if (timeline.traceOffsets.get(index)?.how === 'estimated') return say('clock-trace-estimated', {})
  const zone = timeline.zones.get(index)
  if (zone === undefined || zone.how === 'printed') return undefined
  const text = zoneText(zone.zoneMinutes)
  switch (zone.how) {
    case 'assumed':
      return say('clock-zone-assumed', {})
    case 'given':
    case 'manifest':
      return say('clock-zone-given', { zone: text })
    case 'estimated':
      return say('clock-zone-estimated', { zone: text, matched: zone.matched ?? 0, of: zone.of ?? 0 })
  }
}

function zoneText(minutes: number): string {
  const sign = minutes < 0 ? '-' : '+'
  const absolute = Math.abs(minutes)
  return `${sign}${String(Math.floor(absolute / 60)).padStart(2, '0')}:${String(absolute % 60).padStart(2, '0')}`
}

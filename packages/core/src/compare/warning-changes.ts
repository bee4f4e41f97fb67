import type { Warning } from '../diagnosis.ts'
import type { CompareWarningValues, Lack } from '../messages/compare-values.ts'
import { say } from '../messages/say.ts'
import { present } from './present.ts'
import type { Change, SideName, WarningChange, WarningCount } from './comparison.ts'
import { isWithoutService, namesOf, servicePorts } from './endpoints.ts'
import { pairUp, type Level, type Pair } from './pair.ts'
import { isElsewhere, lackOfPackets, minutesOf, tablesOf, type Side } from './side.ts'

/** What `warnings.ts` wants before it warns: fewer would not show. */
const LEAST: Readonly<Record<Warning['kind'], number>> = {
  'close-wait-leak': 5,
  'stalled-reader': 2,
  'unanswered-data': 1,
}
/** From one table alone as many are a leak. */
const LEAST_IN_ONE_TABLE = 20
/** So many times the least have to be expected for their absence to say something. */
const MARGIN = 2

/** More connections a minute no machine has. */
const MAX_GROWTH = 1e15

/** A change with what its sentence is made from. */
export interface JudgedWarning {
  readonly change: WarningChange
  readonly values: CompareWarningValues
}

/** What became of connections that pile up, most important first. */
export function compareWarnings(before: Side, after: Side): readonly WarningChange[] {
  const elsewhere = isElsewhere(before, after)
  const levels: readonly Level<Warning>[] = [
    {
      by: 'endpoints',
      keysOf: (warning) => keys(warning, [`${warning.process ?? ''} ${warning.peer ?? ''}`]),
    },
    { by: 'server', keysOf: (warning) => keys(warning, namesOf(warning.peer)) },
    { by: 'port', keysOf: (warning) => keys(warning, servicePorts(warning.peer)) },
    {
      by: 'cause',
      keysOf: (warning) => keys(warning, elsewhere || isWithoutService(warning.peer) ? [''] : []),
    },
  ]
  return pairUp(before.diagnosis.warnings, after.diagnosis.warnings, levels)
    .map((pair) => judge(pair, before, after).change)
    .toSorted(compareChanges)
}

/** All of one kind taken together, whoever the peers are; undefined where neither side has any. */
export function totalOfWarnings(kind: Warning['kind'], before: Side, after: Side): JudgedWarning | undefined {
  const ofKind = (side: Side): readonly Warning[] =>
    side.diagnosis.warnings.filter((warning) => warning.kind === kind)
  const pair = { before: ofKind(before), after: ofKind(after) }
  return pair.before.length + pair.after.length === 0 ? undefined : judge(pair, before, after)
}

function keys({ kind }: Warning, own: readonly (string | number)[]): readonly string[] {
  return own.map((key) => `${kind} ${key}`)
}

function judge(pair: Pair<Warning>, before: Side, after: Side): JudgedWarning {
  const kind = [...pair.before, ...pair.after][0]?.kind ?? 'close-wait-leak'
  const missing = lackIn(pair, before, after)
  const became = kindOf(pair, missing !== undefined)
  const counts = {
    ...(missing?.side === 'before' ? {} : { before: countOf(pair.before) }),
    ...(missing?.side === 'after' ? {} : { after: countOf(pair.after) }),
  }
  const isOneSided = became === 'gone' || became === 'new'
  const needed = isOneSided ? minutesToShow(pair, before, after) : undefined
  const empty = became === 'gone' ? after : before
  const watched = watchedMinutes(empty)
  const couldBeChance = needed !== undefined && watched !== undefined && watched < needed
  const tellMinutes = couldBeChance ? Math.ceil((needed ?? 0) * 10) / 10 : undefined
  const values: CompareWarningValues = {
    kind,
    change: became,
    ...present('before', counts.before?.connections),
    ...present('after', counts.after?.connections),
    couldBeChance,
    ...present('tellMinutes', tellMinutes),
    ...missing,
  }
  const change: WarningChange = {
    change: became,
    kind,
    ...present('matchedBy', pair.by),
    ...counts,
    ...(isOneSided ? { couldBeChance } : {}),
    ...present('wouldTellMinutes', tellMinutes),
    says: say('compare-warning', values),
  }
  return { change, values }
}

function kindOf({ before, after }: Pair<Warning>, isLacking: boolean): Change {
  if (isLacking) return 'incomparable'
  if (before.length > 0 && after.length > 0) return 'stayed'
  return before.length > 0 ? 'gone' : 'new'
}

/** What the side without the warning would need to give it: the kind of evidence that showed it on the other side. */
function lackIn(
  pair: Pair<Warning>,
  before: Side,
  after: Side,
): { readonly side: SideName; readonly lack: Lack } | undefined {
  if (pair.before.length > 0 && pair.after.length > 0) return undefined
  const [empty, found] = pair.after.length === 0 ? [after, pair.before] : [before, pair.after]
  const fromCapture = found.every(({ proof }) => proof.length > 0 && proof.every((each) => 'frame' in each))
  const tables = tablesOf(empty.diagnosis).length
  const { side } = empty
  if (fromCapture) {
    const lack = lackOfPackets(empty)
    return lack === undefined || tables > 1 ? undefined : { side, lack }
  }
  if (tables === 0) return { side, lack: 'socket-table' }
  const isLeak = found.some(({ kind }) => kind === 'close-wait-leak')
  const most = countOf(found).connections
  return isLeak && tables === 1 && most < MARGIN * LEAST_IN_ONE_TABLE
    ? { side, lack: 'second-socket-table' }
    : undefined
}

/** Minutes until the side without the warning would have shown it at the other side's rate. */
function minutesToShow(pair: Pair<Warning>, before: Side, after: Side): number | undefined {
  const [found, full] = pair.before.length > 0 ? [pair.before, before] : [pair.after, after]
  const { connections, growthPerMinute = 0 } = countOf(found)
  const minutes = watchedMinutes(full)
  const rate = growthPerMinute > 0 ? growthPerMinute : minutes === undefined ? 0 : connections / minutes
  if (rate <= 0) return undefined
  const least = Math.max(...found.map(({ kind }) => LEAST[kind]))
  const needed = (MARGIN * least) / rate
  return Number.isFinite(needed) ? needed : undefined
}

/** How long the side was looked at: by its captures, else by its socket tables. */
function watchedMinutes(side: Side): number | undefined {
  return side.minutes ?? minutesOf(hull(tablesOf(side.diagnosis)))
}

/** Tables are moments; what counts is from the first to the last. */
function hull(tables: ReturnType<typeof tablesOf>): ReturnType<typeof tablesOf> {
  const times = tables.flatMap(({ from, to }) => [from, to].filter((time) => time !== undefined)).toSorted()
  const [first] = tables
  const [from, to] = [times[0], times.at(-1)]
  return first === undefined || from === undefined || to === undefined ? [] : [{ ...first, from, to }]
}

function countOf(warnings: readonly Warning[]): WarningCount {
  const growths = warnings.flatMap(({ growthPerMinute }) => growthPerMinute ?? [])
  return {
    ...present('process', joinedNames(warnings.map(({ process }) => process))),
    ...present('peer', joinedNames(warnings.map(({ peer }) => peer))),
    connections: Math.min(
      Number.MAX_SAFE_INTEGER,
      warnings.reduce((sum, { count }) => sum + count, 0),
    ),
    ...(growths.length === 0
      ? {}
      : { growthPerMinute: clamped(growths.reduce((sum, each) => sum + each, 0)) }),
  }
}

/** Sums of what a file claims stay numbers. */
function clamped(value: number): number {
  return Math.max(-MAX_GROWTH, Math.min(MAX_GROWTH, value))
}

/** All different names, in a fixed order. */
function joinedNames(values: readonly (string | undefined)[]): string | undefined {
  const known = [...new Set(values.filter((value) => value !== undefined))].toSorted()
  return known.length === 0 ? undefined : known.join('; ')
}

function compareChanges(x: WarningChange, y: WarningChange): number {
  if (x.kind !== y.kind) return x.kind < y.kind ? -1 : 1
  const [first, second] = [orderKey(x), orderKey(y)]
  return largest(y) - largest(x) || (first < second ? -1 : first > second ? 1 : 0)
}

function largest({ before, after }: WarningChange): number {
  return Math.max(before?.connections ?? 0, after?.connections ?? 0)
}

function orderKey({ before, after }: WarningChange): string {
  return JSON.stringify([before ?? null, after ?? null])
}

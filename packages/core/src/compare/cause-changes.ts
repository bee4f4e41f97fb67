import type { Finding, Severity } from '../diagnosis.ts'
import type { CompareCauseValues, Lack } from '../messages/compare-values.ts'
import { say } from '../messages/say.ts'
import { totalConnections } from './bursts.ts'
import { chanceOf } from './chance-of-change.ts'
import type { CauseChange, CauseCount, Change, SideName } from './comparison.ts'
import { pairFindings } from './pair-findings.ts'
import type { Pair } from './pair.ts'
import { present } from './present.ts'
import { isOtherPlace, usesService } from './service-changes.ts'
import { hasKind, isElsewhere, lackOfPackets, rounded, type Side } from './side.ts'

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info']

/** A change with what its sentence is made from. */
export interface JudgedCause {
  readonly pair: Pair<Finding>
  readonly change: CauseChange
  readonly values: CompareCauseValues
}

/** What became of each cause, most important first. */
export function judgeCauses(before: Side, after: Side): readonly JudgedCause[] {
  return pairFindings(before.diagnosis.findings, after.diagnosis.findings, isElsewhere(before, after))
    .map((pair) => judgeCause(pair, before, after))
    .toSorted((x, y) => compareChanges(x.change, y.change))
}

/** One change, from the findings that were taken for the same. */
export function judgeCause(pair: Pair<Finding>, before: Side, after: Side): JudgedCause {
  const [first] = pair.before.toSorted(compareFindings)
  const [second] = pair.after.toSorted(compareFindings)
  const cause = first?.cause ?? second?.cause ?? 'unknown'
  const causeAfter = second === undefined || second.cause === cause ? undefined : second.cause
  const missing = lackIn(pair, before, after)
  const kind = kindOf(pair, missing !== undefined)
  const counts = {
    ...(missing?.side === 'before' ? {} : { before: countOf(pair.before, before) }),
    ...(missing?.side === 'after' ? {} : { after: countOf(pair.after, after) }),
  }
  const tested = kind === 'incomparable' ? undefined : chanceOf(pair, before, after)
  const chance = tested?.chance
  const trend = kind === 'stayed' ? tested?.trend : undefined
  const values: CompareCauseValues = {
    cause,
    ...present('causeAfter', causeAfter),
    change: kind,
    ...present('trend', trend),
    ...present('before', counts.before?.connections),
    ...(counts.before === undefined ? {} : { beforeOf: before.diagnosis.summary.connections }),
    ...present('after', counts.after?.connections),
    ...(counts.after === undefined ? {} : { afterOf: after.diagnosis.summary.connections }),
    ...present('burstsBefore', chance?.before),
    ...present('burstsAfter', chance?.after),
    couldBeChance: chance?.couldBeChance ?? true,
    ...present('pValue', chance?.pValue),
    ...present('tellCollections', chance?.wouldTell?.collections),
    ...present('tellMinutes', chance?.wouldTell?.minutes),
    ...present('tellConnections', chance?.wouldTell?.connections),
    ...missing,
  }
  const change: CauseChange = {
    change: kind,
    ...present('trend', trend),
    cause,
    ...present('causeAfter', causeAfter),
    severity: worst([...pair.before, ...pair.after]),
    resetBy: (first ?? second)?.resetBy ?? 'unknown',
    ...present('matchedBy', pair.by),
    ...counts,
    ...present('chance', chance),
    says: say('compare-cause', values),
  }
  return { pair, change, values }
}

function worst(findings: readonly Finding[]): Severity {
  return SEVERITIES.find((each) => findings.some(({ severity }) => severity === each)) ?? 'info'
}

function kindOf({ before, after }: Pair<Finding>, isLacking: boolean): Change {
  if (isLacking) return 'incomparable'
  if (before.length > 0 && after.length > 0) return 'stayed'
  return before.length > 0 ? 'gone' : 'new'
}

/** What the side without the cause would need to show it. */
function lackIn(
  pair: Pair<Finding>,
  before: Side,
  after: Side,
): { readonly side: SideName; readonly lack: Lack } | undefined {
  if (pair.before.length > 0 && pair.after.length > 0) return undefined
  const isGone = pair.after.length === 0
  const [empty, full, found] = isGone ? [after, before, pair.before] : [before, after, pair.after]
  const lack =
    lackOfPackets(empty) ??
    (isUnused(found, empty, full) ? 'service' : undefined) ??
    (found.every(({ resetBy }) => resetBy === 'none') && !hasKind(empty, 'app-log') ? 'app-log' : undefined)
  return lack === undefined ? undefined : { side: empty.side, lack }
}

/**
 * Whether the side without it never spoke to that service, so that nothing could be reset. Of a new one it is enough to
 * say that it is new; and a run in another place may have other ports.
 */
function isUnused(found: readonly Finding[], empty: Side, full: Side): boolean {
  if (empty.side === 'before' || isOtherPlace(full, empty)) return false
  return found.every(({ server }) => usesService(empty, server) === false)
}

function countOf(findings: readonly Finding[], { diagnosis, minutes }: Side): CauseCount {
  const connections = totalConnections(findings)
  const of = diagnosis.summary.connections
  return {
    ...(findings.length === 0
      ? {}
      : {
          client: joinedNames(findings.map(({ client }) => client)),
          server: joinedNames(findings.map(({ server }) => server)),
        }),
    connections,
    ...(of === 0 ? {} : { per1000Connections: rounded((connections / of) * 1000) }),
    ...(minutes === undefined ? {} : { perMinute: rounded(connections / minutes) }),
  }
}

function joinedNames(values: readonly string[]): string {
  return [...new Set(values)].toSorted().join('; ')
}

/** Severity, then the connections of the side that has more, then cause and addresses. */
function compareChanges(x: CauseChange, y: CauseChange): number {
  return (
    SEVERITIES.indexOf(x.severity) - SEVERITIES.indexOf(y.severity) ||
    largest(y) - largest(x) ||
    byCodeUnit(orderKey(x), orderKey(y))
  )
}

function largest({ before, after }: CauseChange): number {
  return Math.max(before?.connections ?? 0, after?.connections ?? 0)
}

function orderKey({ cause, resetBy, before, after, chance }: CauseChange): string {
  return JSON.stringify([cause, resetBy, before ?? null, after ?? null, chance ?? null])
}

function compareFindings(x: Finding, y: Finding): number {
  return (
    SEVERITIES.indexOf(x.severity) - SEVERITIES.indexOf(y.severity) ||
    y.connections - x.connections ||
    byCodeUnit(`${x.cause} ${x.resetBy}`, `${y.cause} ${y.resetBy}`)
  )
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

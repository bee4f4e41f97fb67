import type { Diagnosis, Finding, InputKind, Message } from '../diagnosis.ts'
import type { CloseWaitValues } from '../messages/compare-values.ts'
import { say } from '../messages/say.ts'
import { ALPHA } from './chance.ts'
import { judgeCause, judgeCauses, type JudgedCause } from './cause-changes.ts'
import type { CauseChange, Comparison, MatchedBy, WarningChange } from './comparison.ts'
import { present } from './present.ts'
import { compareServices } from './service-changes.ts'
import { describeSide, hasKind, lackOfPackets, notesOf, ratePerMinute, sideOf, type Side } from './side.ts'
import { compareWarnings, totalOfWarnings, type JudgedWarning } from './warning-changes.ts'

/** Other causes that the verdict names; the rest is in the list. */
const MAX_ALSO = 4
/** Evidence that decides between causes. */
const DECIDING: readonly InputKind[] = ['capture', 'gc-log', 'socket-table', 'app-log', 'kernel-trace']
/** Matches that rest on less than addresses. */
const SAID_MATCHES: readonly MatchedBy[] = ['server', 'port', 'cause', 'kin']

export interface CompareOptions {
  /** What the user calls the two; left out when anonymous. */
  readonly names?: { readonly before: string; readonly after: string }
}

/**
 * What went away between two runs, what stayed, and what is new: by cause, by rate, and whether chance could have done
 * it. What one side lacks the evidence for is said to be incomparable, never gone.
 */
export function compare(before: Diagnosis, after: Diagnosis, { names }: CompareOptions = {}): Comparison {
  const [first, second] = [sideOf('before', before), sideOf('after', after)]
  const judged = judgeCauses(first, second)
  const causes = judged.map(({ change }) => change)
  const warnings = compareWarnings(first, second)
  return {
    schema: 'whyreset.comparison/1',
    verdict: verdictOf(judged, first, second),
    before: describeSide(first, names?.before),
    after: describeSide(second, names?.after),
    causes,
    warnings,
    services: compareServices(first, second),
    notes: [
      ...loadNotes(causes, first, second),
      ...lackNotes(first),
      ...lackNotes(second),
      ...matchNotes(causes, warnings),
      ...evidenceNotes(first, second),
    ],
  }
}

/** The cause that most connections met, all its clients and services together; the others by name; CLOSE_WAIT. */
function verdictOf(judged: readonly JudgedCause[], before: Side, after: Side): Message {
  const closeWait = closeWaitValues(totalOfWarnings('close-wait-leak', before, after))
  const [main, ...others] = byCause(judged, before, after)
  if (main !== undefined) {
    const also = others.slice(0, MAX_ALSO).map(({ change }) => `${alsoWord(change)} ${change.cause}`)
    return say('compare-verdict', { ...main.values, also: also.join(', '), ...closeWait })
  }
  for (const side of [after, before]) {
    const lack = lackOfPackets(side)
    if (lack !== undefined) return say('compare-verdict-nothing', { side: side.side, lack, ...closeWait })
  }
  const { connections: beforeOf } = before.diagnosis.summary
  const { connections: afterOf } = after.diagnosis.summary
  return say('compare-verdict-no-causes', { beforeOf, afterOf, ...closeWait })
}

/**
 * One change for each cause that lost something, in the order of the list: its clients and services together, unless
 * it went away at one service and is new at another.
 */
function byCause(judged: readonly JudgedCause[], before: Side, after: Side): readonly JudgedCause[] {
  const lossy = judged.filter(({ change }) => change.severity !== 'info')
  const stayed = new Set(lossy.flatMap(({ change }) => (change.change === 'stayed' ? [change.cause] : [])))
  const groups = new Map<string, JudgedCause[]>()
  for (const each of lossy) {
    const { cause, change } = each.change
    const key = stayed.has(cause) ? cause : `${cause} ${change}`
    groups.set(key, [...(groups.get(key) ?? []), each])
  }
  return Array.from(groups.values(), (group) => {
    const [only] = group
    if (only !== undefined && group.length === 1) return only
    const all = (side: 'before' | 'after'): Finding[] => group.flatMap(({ pair }) => pair[side])
    return judgeCause({ before: all('before'), after: all('after') }, before, after)
  })
}

function alsoWord({ change, chance }: CauseChange): string {
  const isChance = chance?.couldBeChance === true && (change === 'gone' || change === 'new')
  return isChance ? `maybe-${change}` : change
}

function closeWaitValues(judged: JudgedWarning | undefined): CloseWaitValues {
  if (judged === undefined) return {}
  const { change, before, after, couldBeChance, tellMinutes, side, lack } = judged.values
  return {
    closeWait: change,
    ...present('closeWaitBefore', before),
    ...present('closeWaitAfter', after),
    closeWaitChance: couldBeChance,
    ...present('closeWaitTellMinutes', tellMinutes),
    ...present('closeWaitSide', side),
    ...present('closeWaitLack', lack),
  }
}

function lackNotes(side: Side): readonly Message[] {
  const lack = lackOfPackets(side)
  const own = lack === undefined ? [] : [say('compare-note-lack', { side: side.side, lack })]
  return [...own, ...notesOf(side)]
}

/** A difference that the number of connections would explain, the least sure one. */
function loadNotes(causes: readonly CauseChange[], before: Side, after: Side): readonly Message[] {
  const doubts = causes.flatMap(({ change, chance }) =>
    chance?.couldBeChance === false && change !== 'stayed' ? (chance.pValueByConnections ?? []) : [],
  )
  const pValue = Math.max(0, ...doubts)
  const [first, second] = [ratePerMinute(before), ratePerMinute(after)]
  if (pValue < ALPHA || first === undefined || second === undefined) return []
  return [say('compare-note-load', { before: first, after: second, pValue })]
}

function matchNotes(causes: readonly CauseChange[], warnings: readonly WarningChange[]): readonly Message[] {
  return SAID_MATCHES.flatMap((by) => {
    const count = [...causes, ...warnings].filter(({ matchedBy }) => matchedBy === by).length
    return count === 0 ? [] : [say('compare-note-matched', { matchedBy: by, count })]
  })
}

function evidenceNotes(before: Side, after: Side): readonly Message[] {
  return DECIDING.flatMap((kind) => {
    const [first, second] = [hasKind(before, kind), hasKind(after, kind)]
    if (first === second) return []
    const lacking = first ? after : before
    if (kind === 'capture' && lackOfPackets(lacking) !== undefined) return []
    return [say('compare-note-evidence', { side: lacking.side, evidence: kind })]
  })
}

import type { CauseId, Finding } from '../diagnosis.ts'
import { explains } from '../diagnose.ts'
import { isWithoutService, namesOf, servicePorts } from './endpoints.ts'
import { pairUp, type Level, type Pair } from './pair.ts'

/** More findings without a partner on one side are a flood: none of them is taken for another. */
const MAX_KIN = 500

/**
 * Findings of both sides by cause, who reset, and the service. Where the two sides have no address in common, the second
 * run was somewhere else: then ports say nothing either.
 */
export function pairFindings(
  before: readonly Finding[],
  after: readonly Finding[],
  isElsewhere: boolean,
): readonly Pair<Finding>[] {
  const levels: readonly Level<Finding>[] = [
    { by: 'endpoints', keysOf: (finding) => keys(finding, [`${finding.client} ${finding.server}`]) },
    { by: 'server', keysOf: (finding) => keys(finding, namesOf(finding.server)) },
    { by: 'port', keysOf: (finding) => keys(finding, servicePorts(finding.server)) },
    {
      by: 'cause',
      keysOf: (finding) => keys(finding, isElsewhere || isWithoutService(finding.server) ? [''] : []),
    },
  ]
  const pairs = pairUp(before, after, levels)
  const lonely = pairs.filter(({ by }) => by === undefined)
  return [...pairs.filter(({ by }) => by !== undefined), ...pairKin(lonely, isElsewhere)]
}

function keys({ cause, resetBy }: Finding, own: readonly (string | number)[]): readonly string[] {
  return own.map((key) => `${cause} ${resetBy} ${key}`)
}

/**
 * The same resets are named less precisely where evidence is missing: `garbage-collected` without its log is
 * `unread-data`, without more it is `unknown`. So what is on one side only is held against what may be the same.
 */
function pairKin(lonely: readonly Pair<Finding>[], isElsewhere: boolean): readonly Pair<Finding>[] {
  const before = lonely.flatMap((pair) => pair.before)
  const after = lonely.flatMap((pair) => pair.after)
  if (before.length > MAX_KIN || after.length > MAX_KIN) return lonely
  const groups = new Map<Finding, Set<Finding>>([...before, ...after].map((each) => [each, new Set([each])]))
  for (const first of before) {
    for (const second of after) {
      const [one, other] = [groups.get(first), groups.get(second)]
      if (one === undefined || other === undefined || one === other || !isKin(first, second, isElsewhere))
        continue
      for (const each of other) {
        one.add(each)
        groups.set(each, one)
      }
    }
  }
  return [...new Set(groups.values())].map((group) => {
    const sides = {
      before: before.filter((each) => group.has(each)),
      after: after.filter((each) => group.has(each)),
    }
    return sides.before.length > 0 && sides.after.length > 0 ? { ...sides, by: 'kin' as const } : sides
  })
}

function isKin(first: Finding, second: Finding, isElsewhere: boolean): boolean {
  if (first.family === 'benign' || second.family === 'benign') return false
  const sameSender =
    first.resetBy === second.resetBy || first.resetBy === 'unknown' || second.resetBy === 'unknown'
  return (
    sameSender && (isElsewhere || isSameService(first, second)) && isNamedAlike(first.cause, second.cause)
  )
}

function isSameService(first: Finding, second: Finding): boolean {
  const names = new Set(namesOf(first.server))
  if (namesOf(second.server).some((name) => names.has(name))) return true
  const ports = new Set(servicePorts(first.server))
  return servicePorts(second.server).some((port) => ports.has(port))
}

function isNamedAlike(first: CauseId, second: CauseId): boolean {
  return first === 'unknown' || second === 'unknown' || explains(first, second) || explains(second, first)
}

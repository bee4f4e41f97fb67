import type { Finding } from '../diagnosis.ts'
import { countBursts, triggerBursts } from './bursts.ts'
import {
  ALPHA,
  chanceOfRates,
  chanceOfShares,
  exposureToTell,
  trialsToTell,
  type Exposure,
} from './chance.ts'
import type { CauseChange, Chance } from './comparison.ts'
import type { Pair } from './pair.ts'
import { present } from './present.ts'
import { collectionsOf, type Side } from './side.ts'

/**
 * Whether chance could have made the difference. What collections set off is held against the collections of both logs;
 * all else against time, and against the connections only where no time is known: a fix that shares a client makes
 * fewer connections, and then their number is an effect and no measure. What it would say is told beside.
 */
export function chanceOf(
  pair: Pair<Finding>,
  before: Side,
  after: Side,
): { readonly chance: Chance; readonly trend?: NonNullable<CauseChange['trend']> } {
  const [triggeredBefore, triggeredAfter] = [triggerBursts(pair.before), triggerBursts(pair.after)]
  const isTriggered = triggeredBefore !== undefined && triggeredAfter !== undefined
  const counts = isTriggered
    ? { before: triggeredBefore, after: triggeredAfter }
    : { before: countBursts(pair.before, before.times), after: countBursts(pair.after, after.times) }
  const byConnections = byRate('connections', counts, {
    before: before.diagnosis.summary.connections,
    after: after.diagnosis.summary.connections,
  })
  const best =
    (isTriggered ? byCollections(counts, before, after) : undefined) ??
    byRate('minutes', counts, { before: before.minutes, after: after.minutes }) ??
    byConnections
  if (best === undefined) {
    const unit = isTriggered ? 'trigger-bursts' : 'bursts'
    return { chance: { unit, ...counts, couldBeChance: true } }
  }
  const { per, pValue } = best
  const couldBeChance = pValue >= ALPHA
  const wouldTell = couldBeChance && counts.after === 0 ? toTell(per, counts.before, before) : undefined
  const chance: Chance = {
    unit: isTriggered ? 'trigger-bursts' : 'bursts',
    ...counts,
    per,
    pValue,
    couldBeChance,
    ...(per === 'connections' ? {} : present('pValueByConnections', byConnections?.pValue)),
    ...present('wouldTell', wouldTell),
  }
  return { chance, trend: couldBeChance ? 'same' : best.isHigher ? 'higher' : 'lower' }
}

interface Counts {
  readonly before: number
  readonly after: number
}

interface Test {
  readonly per: NonNullable<Chance['per']>
  readonly pValue: number
  /** AFTER has more of them for its time, connections or collections. */
  readonly isHigher: boolean
}

function byCollections(counts: Counts, before: Side, after: Side): Test | undefined {
  const [first, second] = [collectionsOf(before), collectionsOf(after)]
  if (first === undefined || second === undefined) return undefined
  const pValue = chanceOfShares(
    { hits: counts.before, trials: first },
    { hits: counts.after, trials: second },
  )
  if (pValue === undefined) return undefined
  return { per: 'collections', pValue, isHigher: counts.after * first > counts.before * second }
}

function byRate(per: Test['per'], counts: Counts, exposure: Exposure): Test | undefined {
  const pValue = chanceOfRates(counts.before, counts.after, exposure)
  if (pValue === undefined) return undefined
  const { before: first = 0, after: second = 0 } = exposure
  return { per, pValue, isHigher: counts.after * first > counts.before * second }
}

function toTell(per: Test['per'], bursts: number, before: Side): Chance['wouldTell'] {
  const trials = collectionsOf(before)
  const collections =
    per === 'collections' && trials !== undefined ? trialsToTell({ hits: bursts, trials }) : undefined
  if (collections !== undefined) return { collections }
  const minutes = exposureToTell(bursts, before.minutes)
  if (minutes !== undefined) return { minutes: Math.ceil(minutes * 10) / 10 }
  const connections = exposureToTell(bursts, before.diagnosis.summary.connections)
  return connections === undefined ? undefined : { connections: Math.ceil(connections) }
}

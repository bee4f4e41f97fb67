import type { Because, Citation } from '../cause.ts'
import { citeLast, citeRst } from '../derive/cite.ts'
import type { Facts } from '../derive/facts.ts'
import { sidesOf } from '../derive/groups.ts'
import type { ResetFacts } from '../derive/reset-facts.ts'
import type {
  CauseId,
  Family,
  Finding,
  Incident,
  Message,
  Proof,
  ResetBy,
  Severity,
  Trigger,
} from '../diagnosis.ts'
import { exclusionOf, explains, judge, missingOf, type Judgement, type Match } from '../diagnose.ts'
import { CAUSES } from '../causes/index.ts'
import { partiesOf } from './parties.ts'
import { say, sayBecause } from './message.ts'
import type { StatementValues } from '../messages/catalogue.ts'

/** What a reader takes in; the incidents have the rest. */
const MAX_PROOF = 8
const MAX_BECAUSE = 6
const MAX_ALTERNATIVES = 3
const MAX_NAMES = 3
const SERIES_SLICES = 48
/** An alternative to a finding that stands is never surer than what the finding leaves. */
const MIN_ALTERNATIVE = 0.05
/** A cause of which only the evidence is missing. */
const MISSING_CONFIDENCE = 0.3

/** Each family with the cause whose exclusion says most. */
const TELLING: Readonly<Record<Exclude<Family, 'benign' | 'unknown'>, CauseId>> = {
  refused: 'connection-refused',
  deliberate: 'abortive-close',
  unresponsive: 'retransmission-timeout',
  'unknown-connection': 'data-after-close',
  abnormal: 'unread-data',
  middlebox: 'injected-reset',
}
type Exclusion = Incident['ruledOut'][number]
/** Their places among all causes, in that order, and what was said of them: mostly the same of many incidents. */
const TELLING_PLACES = CAUSES.flatMap(({ id: cause }, place) =>
  Object.values(TELLING).includes(cause) ? [{ cause, place, said: new WeakMap<Message, Exclusion>() }] : [],
)
const GARBAGE_COLLECTED = CAUSES.findIndex(({ id }) => id === 'garbage-collected')
/** Nothing was lost that anybody waited for, or it is not known. */
const WARNINGS: ReadonlySet<CauseId> = new Set(['abortive-close', 'unknown'])

/** What is kept of every judgement: a capture may hold very many resets, and is judged again where more is asked. */
export interface Outcome {
  readonly reset: ResetFacts
  readonly cause: CauseId
  readonly family: Family
  readonly resetBy: ResetBy
  readonly confidence: number
  /** What speaks for the cause. */
  readonly because: Because | undefined
  readonly also: readonly Because[]
  /** How much it shows: the surest match and the most proof represent a finding. */
  readonly weight: number
}

export interface FindingGroup {
  readonly cause: CauseId
  readonly family: Family
  readonly resetBy: ResetBy
  readonly members: readonly Outcome[]
}

export function outcomeOf(judgement: Judgement): Outcome {
  const { reset, best, others } = judgement
  const shown = best ?? others[0]
  return {
    reset,
    cause: best?.cause.id ?? 'unknown',
    family: best?.cause.family ?? 'unknown',
    resetBy: resetByOf(judgement),
    confidence: best?.confidence ?? 0,
    because: best?.because,
    also: best?.also ?? NONE,
    weight: (best?.confidence ?? 0) * 100 + (shown?.proof.length ?? 0),
  }
}

const NONE: readonly never[] = []

/** Incidents of one cause, by one side, on the same hosts are one finding. */
export function groupOutcomes(outcomes: readonly Outcome[]): FindingGroup[] {
  const groups = new Map<string, { cause: CauseId; family: Family; resetBy: ResetBy; members: Outcome[] }>()
  for (const outcome of outcomes) {
    const { reset, cause, family, resetBy } = outcome
    const hosts =
      family === 'middlebox' || cause === 'unknown'
        ? `${reset.client.address} ${reset.server.address}`
        : reset[reset.sender].address
    const key = `${cause} ${resetBy} ${hosts}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { cause, family, resetBy, members: [outcome] })
    else group.members.push(outcome)
  }
  return [...groups.values()]
}

/** The side that reset; a device on the path where the reset was not the named host's. */
function resetByOf({ reset, best }: Judgement): ResetBy {
  if (best === undefined) return reset.foreign.length >= 2 ? 'unknown' : reset.sender
  const isNamedHost = reset.foreign.length === 0
  if (best.cause.id === 'nat-state-lost') return reset.foreign.includes('hops') ? 'middlebox' : reset.sender
  // The host's own firewall answered: nothing on the path did.
  if (best.cause.id === 'policy-reject' && isNamedHost && best.because.id === 'foreign-no-kernel-event')
    return reset.sender
  if (best.cause.id === 'ignored-reset') return reset.kernelSent === undefined ? 'middlebox' : reset.sender
  return best.cause.family === 'middlebox' ? 'middlebox' : reset.sender
}

function severityOf(cause: CauseId, family: Family): Severity {
  if (family === 'benign') return 'info'
  return WARNINGS.has(cause) ? 'warning' : 'error'
}

/** @param timeOf ISO time of nanoseconds on the analysis' axis */
export function buildFinding(group: FindingGroup, facts: Facts, timeOf: (ns: number) => string): Finding {
  const { cause, family, resetBy, members } = group
  const [first] = members
  const last = members.at(-1)
  if (first === undefined || last === undefined) throw new Error('a finding without members')
  const { reset } = representative(first, members)
  const chosen = judge(facts, reset)
  const { best } = chosen
  const clients = names(members.map(({ reset: each }) => each.client.address))
  const servers = names(members.map(({ reset: each }) => endpointText(each.server)))
  const { own } = sidesOf(reset)
  const values: StatementValues = {
    by: own.address,
    byServer: reset.sender === 'server',
    client: clients,
    server: servers,
    count: members.length,
    total: Math.max(members.length, totalOf(members, facts)),
    atLeast: facts.isPartial,
  }
  const confidence = best === undefined ? 0 : medianConfidence(members)
  const trigger = cause === 'garbage-collected' ? triggerOf(group, facts, timeOf) : undefined
  const parties = partiesOf(members, facts)
  return {
    cause,
    family,
    severity: severityOf(cause, family),
    resetBy,
    client: clients,
    server: servers,
    connections: members.length,
    confidence,
    statement: say(`statement-${cause}`, values),
    because: best === undefined ? whyUnknown(chosen) : reasons(members, best),
    // Where not even a candidate is left, the reset itself is what anybody wants to look at first.
    proof: proofOf(best?.proof ?? chosen.others[0]?.proof ?? [citeRst(reset), ...citeLast(reset, own)]),
    ...(trigger === undefined ? {} : { trigger }),
    ...(parties === undefined ? {} : { parties }),
    from: timeOf(first.reset.timeNs),
    to: timeOf(last.reset.timeNs),
    excluded: excludedOf(chosen, family),
    alternatives: alternativesOf(chosen, confidence, cause, members),
    fix: { summary: say(`fix-${cause}`, {}), doc: `docs/causes/${cause}.md` },
    next: [{ says: say('next-explain', { cause }), command: `whyreset explain ${cause}` }],
    incidents: members.map(({ reset: each }) => each.id),
  }
}

/** The member that shows most; of equals the first. */
function representative(first: Outcome, members: readonly Outcome[]): Outcome {
  return members.reduce((chosen, each) => (each.weight > chosen.weight ? each : chosen), first)
}

function medianConfidence(members: readonly Outcome[]): number {
  const sorted = members.map(({ confidence }) => confidence).toSorted((x, y) => x - y)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

function reasons(members: readonly Outcome[], best: Match): Message[] {
  const said = new Map<string, Because>([[best.because.id, best.because]])
  for (const because of best.also) said.set(because.id, because)
  for (const { because, also } of members) {
    if (because !== undefined && !said.has(because.id)) said.set(because.id, because)
    for (const each of also) if (!said.has(each.id)) said.set(each.id, each)
    if (said.size >= MAX_BECAUSE) break
  }
  return [...said.values()].slice(0, MAX_BECAUSE).map(sayBecause)
}

function whyUnknown(judgement: Judgement): Message[] {
  const causes = judgement.others.map(({ cause }) => cause.id).slice(0, MAX_ALTERNATIVES)
  const said: Message[] = causes.length === 0 ? [] : [say('candidates', { causes: causes.join(', ') })]
  for (const { because } of missingOf(judgement).slice(0, 2)) said.push(sayBecause(because))
  return said
}

function proofOf(citations: readonly Citation[]): Proof[] {
  const seen = new Set<string>()
  const proof: Proof[] = []
  for (const citation of citations) {
    // It is in an earlier file of a ring: true, and not to be looked up in this one.
    if ('frame' in citation && citation.frame === 0) continue
    const place =
      'frame' in citation
        ? { frame: citation.frame }
        : 'line' in citation
          ? { line: citation.line }
          : { row: citation.row }
    const key = `${citation.input} ${JSON.stringify(place)}`
    if (seen.has(key)) continue
    seen.add(key)
    proof.push({ input: citation.input, says: sayBecause(citation.says), ...place })
  }
  return proof.slice(0, MAX_PROOF)
}

/** Families none of whose causes matched, with what ruled out the most telling one. */
function excludedOf(judgement: Judgement, own: Family): Finding['excluded'] {
  const { reset, best, others } = judgement
  const matched = new Set([best?.cause.family, ...others.map(({ cause }) => cause.family)])
  return Object.entries(TELLING).flatMap(([name, cause]) => {
    const place = CAUSES.findIndex(({ id }) => id === cause)
    const family = CAUSES[place]?.family
    if (family === undefined || name === own || matched.has(family)) return []
    // A bare reset seen at one place only may come from anybody on the way with the right TTL.
    if (
      family === 'middlebox' &&
      reset.form !== 'active' &&
      reset.kernelSent === undefined &&
      reset.others.length === 0
    )
      return []
    const isExcluded = CAUSES.every(
      (each, index) => each.family !== family || exclusionOf(judgement, index) !== undefined,
    )
    const telling = exclusionOf(judgement, place)
    return isExcluded && telling !== undefined ? [{ family, because: sayBecause(telling) }] : []
  })
}

/** Of all that is ruled out, the cause of each family whose exclusion says most. */
export function tellingExclusions(judgement: Judgement): Exclusion[] {
  const telling: Exclusion[] = []
  for (const { cause, place, said } of TELLING_PLACES) {
    const because = exclusionOf(judgement, place)
    if (because === undefined) continue
    const message = sayBecause(because)
    let exclusion = said.get(message)
    if (exclusion === undefined) {
      exclusion = { cause, because: message }
      said.set(message, exclusion)
    }
    telling.push(exclusion)
  }
  return telling
}

function alternativesOf(
  judgement: Judgement,
  confidence: number,
  cause: CauseId,
  members: readonly Outcome[],
): Finding['alternatives'] {
  const left = Math.max(MIN_ALTERNATIVE, 1 - confidence)
  const found = new Map<CauseId, number>()
  for (const other of judgement.others)
    if (!explains(cause, other.cause.id)) found.set(other.cause.id, Math.min(other.confidence, left))
  for (const each of missingOf(judgement))
    if (!found.has(each.cause)) found.set(each.cause, Math.min(MISSING_CONFIDENCE, left))
  found.delete(cause)
  if (cause === 'unknown' && found.size === 0) found.set('unknown', MISSING_CONFIDENCE)
  const isCollectedExcluded = exclusionOf(judgement, GARBAGE_COLLECTED) !== undefined
  if (cause === 'unread-data' && members.length > 1 && !isCollectedExcluded)
    found.set('garbage-collected', Math.min(MISSING_CONFIDENCE, left))
  return [...found]
    .toSorted((x, y) => y[1] - x[1])
    .slice(0, MAX_ALTERNATIVES)
    .map(([id, sure]) => ({ cause: id, confidence: sure, wouldTell: say(`would-tell-${id}`, {}) }))
}

function triggerOf(group: FindingGroup, facts: Facts, timeOf: (ns: number) => string): Trigger | undefined {
  const [first] = group.members
  const gc = first === undefined ? undefined : facts.forReset(first.reset).gc
  if (gc === undefined) return undefined
  const { coincidence, collectionsMs } = gc
  const times = group.members.map(({ reset }) => reset.timeNs / 1e6)
  const fromMs = Math.min(...times, ...collectionsMs.slice(0, 1))
  const toMs = Math.max(...times, ...collectionsMs.slice(-1))
  const slice = (toMs - fromMs) / SERIES_SLICES || 1
  const count = (values: readonly number[]): number[] => {
    const counts = Array.from({ length: SERIES_SLICES }, () => 0)
    for (const value of values) {
      const index = Math.min(SERIES_SLICES - 1, Math.max(0, Math.floor((value - fromMs) / slice)))
      counts[index] = (counts[index] ?? 0) + 1
    }
    return counts
  }
  return {
    kind: 'garbage-collection',
    bursts: coincidence.bursts,
    matched: coincidence.matched,
    of: coincidence.of,
    withinMs: Math.round(coincidence.withinMs * 10) / 10,
    expectedByChance: Math.round(coincidence.expectedByChance * 100) / 100,
    pValue: coincidence.pValue,
    series: {
      from: timeOf(fromMs * 1e6),
      to: timeOf(toMs * 1e6),
      resets: count(times),
      collections: count(collectionsMs),
    },
  }
}

/** Connections to the same services in the time that was asked about, reset or not. */
function totalOf(members: readonly Outcome[], facts: Facts): number {
  const services = new Map<string, number>()
  for (const { reset } of members) {
    const key = endpointText(reset.server)
    if (!services.has(key)) services.set(key, facts.forReset(reset).service?.askedAtOnePlace ?? 0)
  }
  return [...services.values()].reduce((sum, count) => sum + count, 0)
}

export function endpointText({ address, port }: { address: string; port: number }): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

function names(values: readonly string[]): string {
  const unique = [...new Set(values)]
  if (unique.length <= MAX_NAMES) return unique.join(', ')
  return `${unique[0]} and ${unique.length - 1} others`
}

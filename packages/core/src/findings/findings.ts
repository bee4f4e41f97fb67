import type { Because, Citation } from '../cause.ts'
import { CAUSES } from '../causes/index.ts'
import { ByEndpoint } from '../derive/by-endpoint.ts'
import { citeLast, citeRst } from '../derive/cite.ts'
import type { Facts } from '../derive/facts.ts'
import type { ResetFacts } from '../derive/reset-facts.ts'
import type { CauseId, Family, Finding, Message, Proof, Severity } from '../diagnosis.ts'
import { exclusionOf, explains, judge, missingOf, type Judgement, type Match } from '../diagnose.ts'
import type { StatementValues } from '../messages/catalogue.ts'
import { endpointText } from './endpoint-text.ts'
import { excludedOf } from './exclusions.ts'
import { say } from '../messages/say.ts'
import { sayBecause } from './say-because.ts'
import type { FindingGroup, Outcome } from './outcomes.ts'
import { partiesOf } from './parties.ts'
import { triggerOf } from './trigger.ts'

/** What a reader takes in; the incidents have the rest. */
const MAX_PROOF = 8
const MAX_BECAUSE = 6
const MAX_ALTERNATIVES = 3
const MAX_NAMES = 3
/** An alternative to a finding that stands is never surer than what the finding leaves. */
const MIN_ALTERNATIVE = 0.05
/** A cause of which only the evidence is missing. */
const MISSING_CONFIDENCE = 0.3

const GARBAGE_COLLECTED = CAUSES.findIndex(({ id }) => id === 'garbage-collected')
/** Nothing was lost that anybody waited for, or it is not known. */
const WARNINGS: ReadonlySet<CauseId> = new Set(['abortive-close', 'unknown'])

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
  const eachServer = oneOfEachServer(members)
  const servers = names(eachServer.map(({ server }) => endpointText(server)))
  const { own } = reset
  const values: StatementValues = {
    by: own.address,
    byServer: reset.sender === 'server',
    client: clients,
    server: servers,
    count: members.length,
    total: Math.max(members.length, totalOf(eachServer, facts)),
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

function severityOf(cause: CauseId, family: Family): Severity {
  if (family === 'benign') return 'info'
  return WARNINGS.has(cause) ? 'warning' : 'error'
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

/** The first reset of each server: of very many members, the texts of their endpoints are most of a finding's work. */
function oneOfEachServer(members: readonly Outcome[]): ResetFacts[] {
  const seen = new ByEndpoint<true>()
  const found: ResetFacts[] = []
  for (const { reset } of members) {
    const { address, port } = reset.server
    if (seen.get(address, port) === true) continue
    seen.set(address, port, true)
    found.push(reset)
  }
  return found
}

/** Connections to the same services in the time that was asked about, reset or not. */
function totalOf(eachServer: readonly ResetFacts[], facts: Facts): number {
  return eachServer.reduce((sum, reset) => sum + facts.forReset(reset).service.askedAtOnePlace, 0)
}

function names(values: readonly string[]): string {
  const unique = [...new Set(values)]
  if (unique.length <= MAX_NAMES) return unique.join(', ')
  return `${unique[0]} and ${unique.length - 1} others`
}

import { collect, type CollectOptions } from './collect.ts'
import { createAddressBook } from './derive/address-book.ts'
import type { Facts, Question } from './derive/facts.ts'
import { deriveFacts } from './derive/facts.ts'
import { isRefusal } from './derive/neighbours.ts'
import { judge, type Judgement } from './diagnose.ts'
import type { Diagnosis, Finding, Incident, Message, Severity } from './diagnosis.ts'
import type { Evidence } from './evidence.ts'
import { buildExhibits } from './exhibits/build-exhibits.ts'
import type { Exhibits } from './exhibits/exhibits.ts'
import { endpointText } from './findings/endpoint-text.ts'
import { tellingExclusions } from './findings/exclusions.ts'
import { buildFinding } from './findings/findings.ts'
import type { Input } from './input.ts'
import { reportInputs } from './findings/input-reports.ts'
import { findLogOnly } from './findings/log-only.ts'
import { say } from './messages/say.ts'
import { groupOutcomes, outcomeOf, type Outcome } from './findings/outcomes.ts'
import { sumUpServices } from './findings/service-summary.ts'
import { isoClock } from './findings/times.ts'
import { findWarnings } from './findings/warnings.ts'

/** As many are judged in some milliseconds. */
const RESETS_PER_TURN = 512
/** Incidents that are listed; findings count and cite all. */
const MAX_INCIDENTS = 10_000
/** A program logs a reset a little after it; a capture ends with its last packet. */
const LOG_LAG_NS = 2e9
const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info']

export interface AnalyzeOptions extends Question, CollectOptions {
  /** Whether pictures are wanted: the captures are then read once more. */
  readonly exhibits?: boolean
  /** Which incidents are listed: those after a time, as incidents have it; not more than so many (10,000). */
  readonly listed?: { readonly after?: string; readonly most?: number } | undefined
}

export interface Analysis {
  readonly diagnosis: Diagnosis
  /** Only when asked for. */
  readonly exhibits?: Exhibits
}

/** Reads evidence of any kind and says who reset which connection, why, and with what proof. */
export async function analyze(
  inputs: readonly Input[],
  options: AnalyzeOptions & { readonly exhibits: true },
): Promise<Required<Analysis>>
export async function analyze(inputs: readonly Input[], options?: AnalyzeOptions): Promise<Analysis>
export async function analyze(inputs: readonly Input[], options: AnalyzeOptions = {}): Promise<Analysis> {
  const evidence = await collect(inputs, options)
  // What was read by an interruption is answered whole; one that comes later ends the judging.
  const isLate = options.isInterrupted?.() !== true
  await options.pause?.()
  const facts = deriveFacts(evidence, options)
  const epochNs =
    evidence.tracker.epochUnixNs ?? BigInt(Math.round(facts.timeline.epochUnixMs ?? 0)) * 1_000_000n
  const timeOf = isoClock(epochNs)
  const judged = await judgeAll(facts, timeOf, isLate ? options : { listed: options.listed })
  const diagnosis = assemble(evidence, facts, judged, timeOf)
  if (options.exhibits !== true) return { diagnosis }
  // Whoever interrupted the reading does not wait for a second one: it ends with its first chunk.
  const exhibits = await buildExhibits(inputs, { evidence, facts, diagnosis, epoch: timeOf(0) }, options)
  return { diagnosis, exhibits }
}

interface Judged {
  readonly outcomes: readonly Outcome[]
  /** Of the first `MAX_INCIDENTS`. */
  readonly incidents: readonly Incident[]
}

/** Judges the resets in order of time; fewer than all when it is interrupted. */
async function judgeAll(
  facts: Facts,
  timeOf: (ns: number) => string,
  { pause, isInterrupted, listed }: AnalyzeOptions,
): Promise<Judged> {
  const { after = '', most = MAX_INCIDENTS } = listed ?? {}
  const outcomes: Outcome[] = []
  const incidents: Incident[] = []
  for (const reset of facts.resets) {
    const judgement = judge(facts, reset)
    const outcome = outcomeOf(judgement)
    outcomes.push(outcome)
    if (incidents.length < most && (after === '' || timeOf(reset.timeNs) > after))
      incidents.push(toIncident(outcome, judgement, timeOf))
    if (outcomes.length % RESETS_PER_TURN > 0) continue
    await pause?.()
    if (isInterrupted?.() === true) break
  }
  return { outcomes, incidents }
}

function assemble(
  evidence: Evidence,
  facts: Facts,
  { outcomes, incidents }: Judged,
  timeOf: (ns: number) => string,
): Diagnosis {
  const isPartial = facts.isPartial || outcomes.length < facts.resets.length
  const judged = { ...facts, isPartial }
  const ranked = [
    ...groupOutcomes(outcomes).map((group) => buildFinding(group, judged, timeOf)),
    ...findLogOnly(facts, timeOf),
  ].toSorted(compareFindings)
  const findings = incidents.length === outcomes.length ? ranked : citingListed(ranked, incidents)
  const warnings = findWarnings(facts.timeline, evidence)
  const captures = evidence.inputs.flatMap(({ capture }) => (capture === undefined ? [] : [capture]))
  const totals = evidence.tracker.life.totals()
  const judgedRefused = outcomes.filter(({ reset }) => isRefusal(reset)).length + facts.refusedUnasked
  // Beyond what was judged only the table's own count knows.
  const refused = isPartial ? Math.max(judgedRefused, evidence.tracker.life.refused) : judgedRefused
  const ignored = outcomes.filter(({ cause }) => cause === 'ignored-reset').length
  const { fromNs, toNs } = facts.timeline
  const summary = {
    packets: captures.reduce((sum, { packets }) => sum + packets, 0),
    connections: totals.connections - facts.joinedAway,
    reset: Math.max(0, totals.reset - facts.joinedAway - refused - ignored),
    gracefullyClosed: totals.graceful,
    open: Math.max(0, totals.connections - totals.reset - totals.graceful + ignored),
    refused,
    durationSeconds: toNs > fromNs ? Math.round((toNs - fromNs) / 1e6) / 1e3 : 0,
    incidentsOmitted: facts.resets.length - incidents.length + evidence.tracker.resets.omitted,
    ...sumUpServices(evidence.tracker.life.services.all(), createAddressBook(evidence.tracker)),
    raw: {
      streams: captures.reduce((sum, { streams }) => sum + streams, 0),
      rstSegments: captures.reduce((sum, { rstSegments }) => sum + rstSegments, 0),
    },
  }
  return {
    schema: 'whyreset.diagnosis/1',
    verdict: verdictOf(evidence, facts, findings, {
      summary,
      judged: outcomes.length,
      warnings: warnings.length,
    }),
    inputs: reportInputs(evidence, facts, timeOf),
    summary,
    findings,
    incidents,
    warnings,
  }
}

function verdictOf(
  evidence: Evidence,
  facts: Facts,
  findings: readonly Finding[],
  {
    summary,
    judged,
    warnings,
  }: { readonly summary: Diagnosis['summary']; readonly judged: number; readonly warnings: number },
): Message {
  const first = findings.find(({ severity }) => severity !== 'info')
  if (first !== undefined) return first.statement
  if (judged < facts.resets.length)
    return say('verdict-partly-judged', { judged, resets: facts.resets.length })
  if (facts.resets.length === 0 && facts.allResetsNs.length > 0)
    return say('verdict-no-match', { resets: facts.allResetsNs.length })
  if (evidence.inputs.every(({ isUnknown }) => isUnknown)) return say('verdict-nothing-read', {})
  if (evidence.inputs.every(({ capture }) => capture === undefined)) {
    const events = evidence.inputs.reduce(
      (sum, { appLog, trace }) => sum + (appLog?.events.length ?? 0) + (trace?.resets.length ?? 0),
      0,
    )
    if (warnings > 0) return say('verdict-only-warnings', { warnings })
    return say('verdict-no-capture', { events })
  }
  if (summary.raw.streams === 0) return say('verdict-no-tcp', { packets: summary.packets })
  if (evidence.interrupted && summary.raw.rstSegments === 0)
    return say('verdict-interrupted', { connections: summary.connections })
  const unmet = summary.raw.rstSegments === 0 ? loggedResets(facts) : 0
  if (unmet > 0) return say('verdict-log-only', { events: unmet, captures: evidence.tracks.length })
  if (warnings > 0 && summary.raw.rstSegments === 0) return say('verdict-only-warnings', { warnings })
  return say('verdict-nothing-lost', {
    connections: summary.connections,
    resets: summary.reset + summary.refused,
  })
}

/** Resets that logs report from the time of the capture. */
function loggedResets({ timeline }: Facts): number {
  const { events, fromNs, toNs } = timeline
  return events.filter(
    ({ word, ns }) => word === 'reset' && ns !== undefined && ns >= fromNs && ns <= toNs + LOG_LAG_NS,
  ).length
}

function toIncident(
  { reset, cause, resetBy }: Outcome,
  judgement: Judgement,
  timeOf: (ns: number) => string,
): Incident {
  return {
    id: reset.id,
    client: endpointText(reset.client),
    server: endpointText(reset.server),
    time: timeOf(reset.timeNs),
    resetBy,
    form: reset.form,
    input: reset.rsts[0]?.input ?? reset.input,
    frame: reset.rsts[0]?.frame ?? 1,
    stream: reset.stream,
    phase: reset.phase,
    ...(reset.unreadBytes === undefined ? {} : { unreadBytes: reset.unreadBytes }),
    ...(reset.silenceNs > 0 ? { silenceMs: Math.round(reset.silenceNs / 1e4) / 100 } : {}),
    cause,
    ruledOut: tellingExclusions(judgement),
  }
}

/** Of their incidents, those that are listed. */
function citingListed(findings: readonly Finding[], incidents: readonly Incident[]): Finding[] {
  const listed = new Set(incidents.map(({ id }) => id))
  return findings.map((finding) => ({
    ...finding,
    incidents: finding.incidents.filter((id) => listed.has(id)),
  }))
}

/** Severity, then connections, then the earliest time, then id. */
function compareFindings(x: Finding, y: Finding): number {
  return (
    SEVERITIES.indexOf(x.severity) - SEVERITIES.indexOf(y.severity) ||
    y.connections - x.connections ||
    (x.from < y.from ? -1 : x.from > y.from ? 1 : 0) ||
    (x.cause < y.cause ? -1 : x.cause > y.cause ? 1 : 0)
  )
}

import type {
  CauseId,
  Diagnosis,
  Finding,
  Incident,
  InputReport,
  Message,
  Party,
  Problem,
  Proof,
  ServiceSummary,
  Trigger,
  Warning,
} from '@whyreset/core'
import { mapSource, type SourceMap } from './map-source.ts'

/** What to put in the place of each string that may come from an input. Fixed vocabulary is not asked about. */
export interface StringMap {
  readonly message: (message: Message) => Message
  readonly problem: (problem: Problem) => Problem
  readonly path: (path: string, input: InputReport) => string
  readonly format: (format: string, input: InputReport) => string
  readonly time: (time: string) => string
  /** `client`, `server`, `peer`: an address, an address with port, or several. */
  readonly endpoint: (endpoint: string) => string
  readonly process: (process: string) => string
  readonly logWord: (word: string) => string
  readonly command: (command: string) => string
  readonly doc: (doc: string, finding: Finding) => string
  readonly incidentId: (id: string) => string
  readonly source: Omit<SourceMap, 'message'>
}

/**
 * Builds the Diagnosis again, field by field in the order of the contract: whatever else an object carries
 * is left behind, and every string passes `map`. Missing fields stay missing.
 */
export function mapStrings(diagnosis: Diagnosis, map: StringMap): Diagnosis {
  const { summary } = diagnosis
  return {
    schema: diagnosis.schema,
    verdict: map.message(diagnosis.verdict),
    inputs: diagnosis.inputs.map((input) => mapInput(input, map)),
    summary: {
      packets: summary.packets,
      connections: summary.connections,
      reset: summary.reset,
      gracefullyClosed: summary.gracefullyClosed,
      open: summary.open,
      refused: summary.refused,
      durationSeconds: summary.durationSeconds,
      incidentsOmitted: summary.incidentsOmitted,
      ...(summary.services === undefined
        ? {}
        : { services: summary.services.map((service) => mapService(service, map)) }),
      ...present({ servicesOmitted: summary.servicesOmitted }),
      raw: { streams: summary.raw.streams, rstSegments: summary.raw.rstSegments },
    },
    findings: diagnosis.findings.map((finding) => mapFinding(finding, map)),
    incidents: diagnosis.incidents.map((incident) => mapIncident(incident, map)),
    warnings: diagnosis.warnings.map((warning) => mapWarning(warning, map)),
    ...(diagnosis.source === undefined
      ? {}
      : { source: mapSource(diagnosis.source, { ...map.source, message: map.message }) }),
  }
}

function mapService(
  { server, connections, clients, mostOfOneClient, lifetime }: ServiceSummary,
  map: StringMap,
) {
  return {
    server: map.endpoint(server),
    connections,
    clients,
    mostOfOneClient,
    ...(lifetime === undefined
      ? {}
      : { lifetime: { medianSeconds: lifetime.medianSeconds, p90Seconds: lifetime.p90Seconds } }),
  }
}

/** Leaves every string as it is: with it, `mapStrings` only brings the fields in order. */
export const KEEP_STRINGS: StringMap = {
  message: ({ id, values, text }) => ({ id, values: sortedKeys(values), text }),
  problem: ({ code, values, text, offset, line }) => ({
    code,
    values: sortedKeys(values),
    text,
    ...present({ offset, line }),
  }),
  path: keep,
  format: keep,
  time: keep,
  endpoint: keep,
  process: keep,
  logWord: keep,
  command: keep,
  doc: keep,
  incidentId: keep,
  source: {
    file: keep,
    code: keep,
    name: keep,
    rule: keep,
    ruleSays: keep,
    fix: keep,
    fingerprint: keep,
    problem: keep,
    verdict: keep,
  },
}

/** The entries that are there: absent means absent, never `undefined`. */
export function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  // Only entries whose value is not undefined are left, which is what the result type says.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}

function mapInput(input: InputReport, map: StringMap): InputReport {
  return {
    path: map.path(input.path, input),
    kind: input.kind,
    format: map.format(input.format, input),
    records: input.records,
    ...present({
      from: input.from === undefined ? undefined : map.time(input.from),
      to: input.to === undefined ? undefined : map.time(input.to),
      clock: input.clock === undefined ? undefined : map.message(input.clock),
    }),
    problems: input.problems.map(map.problem),
  }
}

function mapFinding(finding: Finding, map: StringMap): Finding {
  return {
    cause: finding.cause,
    family: finding.family,
    severity: finding.severity,
    resetBy: finding.resetBy,
    client: map.endpoint(finding.client),
    server: map.endpoint(finding.server),
    connections: finding.connections,
    confidence: finding.confidence,
    statement: map.message(finding.statement),
    because: finding.because.map(map.message),
    proof: finding.proof.map((proof) => mapProof(proof, map)),
    ...present({
      trigger: finding.trigger === undefined ? undefined : mapTrigger(finding.trigger, map),
      parties: finding.parties === undefined ? undefined : mapParties(finding.parties, map),
    }),
    from: map.time(finding.from),
    to: map.time(finding.to),
    excluded: finding.excluded.map(({ family, because }) => ({ family, because: map.message(because) })),
    alternatives: finding.alternatives.map(({ cause, confidence, wouldTell }) => ({
      cause,
      confidence,
      wouldTell: map.message(wouldTell),
    })),
    fix: { summary: map.message(finding.fix.summary), doc: map.doc(finding.fix.doc, finding) },
    next: finding.next.map(({ says, command }) => ({
      says: map.message(says),
      ...present({ command: command === undefined ? undefined : map.command(command) }),
    })),
    incidents: finding.incidents.map(map.incidentId),
  }
}

function mapProof(proof: Proof, map: StringMap): Proof {
  const { input } = proof
  const says = map.message(proof.says)
  if ('frame' in proof) return { input, frame: proof.frame, says }
  if ('line' in proof) return { input, line: proof.line, says }
  return { input, row: proof.row, says }
}

function mapTrigger(trigger: Trigger, map: StringMap): Trigger {
  const { kind, bursts, matched, of, withinMs, expectedByChance, pValue, series } = trigger
  const plain = { kind, bursts, matched, of, withinMs, expectedByChance, pValue }
  if (series === undefined) return plain
  const { from, to, resets, collections } = series
  return {
    ...plain,
    series: { from: map.time(from), to: map.time(to), resets: [...resets], collections: [...collections] },
  }
}

function mapParties(parties: NonNullable<Finding['parties']>, map: StringMap): Finding['parties'] & object {
  return present({
    client: parties.client === undefined ? undefined : mapParty(parties.client, map),
    server: parties.server === undefined ? undefined : mapParty(parties.server, map),
  })
}

function mapParty({ process, pid, logged }: Party, map: StringMap): Party {
  return present({
    process: process === undefined ? undefined : map.process(process),
    pid,
    logged: logged?.map(({ word, count }) => ({ word: map.logWord(word), count })),
  })
}

/** Written without `present` and with a loop: there may be 10,000 of them. */
function mapIncident(incident: Incident, map: StringMap): Incident {
  const { unreadBytes, silenceMs } = incident
  return {
    id: map.incidentId(incident.id),
    client: map.endpoint(incident.client),
    server: map.endpoint(incident.server),
    time: map.time(incident.time),
    resetBy: incident.resetBy,
    form: incident.form,
    input: incident.input,
    frame: incident.frame,
    stream: incident.stream,
    phase: incident.phase,
    ...(unreadBytes === undefined ? undefined : { unreadBytes }),
    ...(silenceMs === undefined ? undefined : { silenceMs }),
    cause: incident.cause,
    ruledOut: mapRuledOut(incident.ruledOut, map),
  }
}

export function mapRuledOut(ruledOut: Incident['ruledOut'], map: StringMap): Incident['ruledOut'] {
  const mapped: { cause: CauseId; because: Message }[] = []
  for (const { cause, because } of ruledOut) mapped.push({ cause, because: map.message(because) })
  return mapped
}

function mapWarning(warning: Warning, map: StringMap): Warning {
  return {
    kind: warning.kind,
    ...present({
      process: warning.process === undefined ? undefined : map.process(warning.process),
      peer: warning.peer === undefined ? undefined : map.endpoint(warning.peer),
    }),
    count: warning.count,
    ...present({ growthPerMinute: warning.growthPerMinute, oldestSeconds: warning.oldestSeconds }),
    says: map.message(warning.says),
    proof: warning.proof.map((proof) => mapProof(proof, map)),
  }
}

function keep(text: string): string {
  return text
}

function sortedKeys<V>(values: Readonly<Record<string, V>>): Readonly<Record<string, V>> {
  const entries = Object.entries(values)
  return entries.length < 2 ? values : Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

import type { Message, SourcePlace, SourceReport } from '@whyreset/core'

/** What to put in the place of each string that comes from the source. Fixed vocabulary is not asked about. */
export interface SourceMap {
  readonly message: (message: Message) => Message
  readonly file: (file: string) => string
  /** A line of code. */
  readonly code: (line: string) => string
  /** Of a function or a variable. */
  readonly name: (name: string) => string
  readonly rule: (rule: string) => string
  /** What a rule says of a place, which may name a variable, and what to write instead. */
  readonly ruleSays: (text: string) => string
  readonly fix: (code: string) => string
  readonly fingerprint: (fingerprint: string) => string
  readonly problem: (says: string) => string
  readonly verdict: (verdict: string, report: Omit<SourceReport, 'verdict'>) => string
}

/** Builds the report of a scan again, field by field in the order of the contract. */
export function mapSource(source: SourceReport, map: SourceMap): SourceReport {
  const { schema, summary } = source
  const { files, lines, testsSkipped, baselined, hidden, languages } = summary
  const rest = {
    results: source.results.map((place) => mapPlace(place, map)),
    problems: source.problems.map(({ file, line, says }) => ({
      file: map.file(file),
      ...(line === undefined ? {} : { line }),
      says: map.problem(says),
    })),
    summary: { files, lines, testsSkipped, baselined, hidden, languages: { ...languages } },
  }
  return { schema, verdict: map.verdict(source.verdict, { schema, ...rest }), ...rest }
}

function mapPlace(place: SourcePlace, map: SourceMap): SourcePlace {
  const { leavesAt, into, inFunction, related, evidence } = place
  return {
    rule: map.rule(place.rule),
    language: place.language,
    file: map.file(place.file),
    line: place.line,
    column: place.column,
    endLine: place.endLine,
    endColumn: place.endColumn,
    severity: place.severity,
    confidence: place.confidence,
    outcome: place.outcome,
    message: map.ruleSays(place.message),
    causes: [...place.causes],
    fix: map.fix(place.fix),
    ...(leavesAt === undefined ? {} : { leavesAt }),
    ...(into === undefined ? {} : { into: map.name(into) }),
    ...(inFunction === undefined ? {} : { inFunction: map.name(inFunction) }),
    frame: { from: place.frame.from, lines: place.frame.lines.map(map.code) },
    fingerprint: map.fingerprint(place.fingerprint),
    ...(related === undefined
      ? {}
      : {
          related: related.map(({ rule, line, column, outcome, message, leavesAt: leaves }) => ({
            rule: map.rule(rule),
            line,
            column,
            outcome,
            message: map.ruleSays(message),
            ...(leaves === undefined ? {} : { leavesAt: leaves }),
          })),
        }),
    ...(evidence === undefined ? {} : { evidence: evidence.map(map.message) }),
  }
}

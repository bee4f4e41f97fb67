import type {
  CauseId,
  Diagnosis,
  Family,
  InputKind,
  Message,
  Proof,
  SourcePlace,
  SourceReport,
} from '@whyreset/core'
import * as fc from 'fast-check'

/** Where a string of the Diagnosis stands; a test may want to know. */
export type Place =
  | 'path'
  | 'endpoint'
  | 'process'
  | 'word'
  | 'value'
  | 'text'
  | 'command'
  | 'id'
  | 'format'
  | 'doc'

const CAUSES: CauseId[] = [
  'garbage-collected',
  'keep-alive-race',
  'health-probe',
  'unknown',
  'connection-refused',
]
const FAMILIES: Family[] = ['abnormal', 'refused', 'middlebox', 'benign', 'unknown']
const KINDS: InputKind[] = ['capture', 'gc-log', 'socket-table', 'app-log', 'kernel-trace', 'unknown']

/** Any Diagnosis that the schema allows, with `textAt(place)` in every string that may come from an input. */
export function arbitraryDiagnosis(textAt: (place: Place) => fc.Arbitrary<string>): fc.Arbitrary<Diagnosis> {
  const count = fc.nat({ max: 2_000_000 })
  const amount = fc.double({ min: 0, max: 1e9, noNaN: true })
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  const cause = fc.constantFrom(...CAUSES)
  const family = fc.constantFrom(...FAMILIES)
  const resetBy = fc.constantFrom('client', 'server', 'middlebox', 'unknown', 'none')
  const time = fc
    .date({
      min: new Date('1970-01-01T00:00:00Z'),
      max: new Date('2100-01-01T00:00:00Z'),
      noInvalidDate: true,
    })
    .map((date) => date.toISOString().replace('Z', '123456Z'))

  const message: fc.Arbitrary<Message> = fc.record({
    id: fc.constantFrom('sample', 'verdict-nothing-lost', 'constructor', '__proto__'),
    values: fc.dictionary(
      fc.constantFrom('client', 'server', 'request', 'path', 'agent', 'connections', 'host', 'x'),
      fc.oneof(textAt('value'), count, fc.boolean()),
      { maxKeys: 3, noNullPrototype: true },
    ),
    text: textAt('text'),
  })
  const problem = fc.record(
    {
      code: fc.constantFrom('empty-input', 'unreadable-input', 'unknown-format', 'line-too-long'),
      values: fc.dictionary(fc.constantFrom('found', 'reason', 'bytes'), fc.oneof(textAt('value'), count), {
        noNullPrototype: true,
      }),
      text: textAt('text'),
      offset: count,
      line: fc.integer({ min: 1, max: 1000 }),
    },
    { requiredKeys: ['code', 'values', 'text'] },
  )
  const place = fc.integer({ min: 1, max: 100_000 })
  const proof: fc.Arbitrary<Proof> = fc
    .record({
      input: fc.nat({ max: 4 }),
      says: message,
      place,
      form: fc.constantFrom('frame', 'line', 'row'),
    })
    .map(({ input, says, place: at, form }) =>
      form === 'frame'
        ? { input, frame: at, says }
        : form === 'line'
          ? { input, line: at, says }
          : { input, row: at, says },
    )
  const party = fc.record(
    { process: textAt('process'), pid: count, logged: few(fc.record({ word: textAt('word'), count })) },
    { requiredKeys: [] },
  )
  const trigger = fc.record(
    {
      kind: fc.constant('garbage-collection' as const),
      bursts: count,
      matched: count,
      of: count,
      withinMs: amount,
      expectedByChance: amount,
      pValue: share,
      series: fc.record({
        from: time,
        to: time,
        resets: fc.array(count, { maxLength: 300 }),
        collections: fc.array(count, { maxLength: 300 }),
      }),
    },
    { requiredKeys: ['kind', 'bursts', 'matched', 'of', 'withinMs', 'expectedByChance', 'pValue'] },
  )
  const finding = fc.record(
    {
      cause,
      family,
      severity: fc.constantFrom('error', 'warning', 'info'),
      resetBy,
      client: textAt('endpoint'),
      server: textAt('endpoint'),
      connections: count,
      confidence: share,
      statement: message,
      because: few(message),
      proof: few(proof),
      trigger,
      parties: fc.record({ client: party, server: party }, { requiredKeys: [] }),
      from: time,
      to: time,
      excluded: few(fc.record({ family, because: message })),
      alternatives: few(fc.record({ cause, confidence: share, wouldTell: message })),
      fix: fc.record({ summary: message, doc: textAt('doc') }),
      next: few(fc.record({ says: message, command: textAt('command') }, { requiredKeys: ['says'] })),
      incidents: few(textAt('id')),
    },
    { requiredKeys: REQUIRED_OF_FINDING },
  )
  const incident = fc.record(
    {
      id: textAt('id'),
      client: textAt('endpoint'),
      server: textAt('endpoint'),
      time,
      resetBy,
      form: fc.constantFrom('active', 'reply', 'unclear'),
      input: count,
      frame: place,
      stream: count,
      phase: fc.constantFrom('handshake', 'request', 'response', 'idle', 'closing', 'data', 'unseen'),
      unreadBytes: count,
      silenceMs: amount,
      cause,
      ruledOut: few(fc.record({ cause, because: message })),
    },
    {
      requiredKeys: [
        'id',
        'client',
        'server',
        'time',
        'resetBy',
        'form',
        'input',
        'frame',
        'stream',
        'phase',
        'cause',
        'ruledOut',
      ],
    },
  )
  const warning = fc.record(
    {
      kind: fc.constantFrom('close-wait-leak', 'stalled-reader', 'unanswered-data'),
      process: textAt('process'),
      peer: textAt('endpoint'),
      count,
      growthPerMinute: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      oldestSeconds: amount,
      says: message,
      proof: few(proof),
    },
    { requiredKeys: ['kind', 'count', 'says', 'proof'] },
  )
  const input = fc.record(
    {
      path: textAt('path'),
      kind: fc.constantFrom(...KINDS),
      format: textAt('format'),
      records: count,
      from: time,
      to: time,
      clock: message,
      problems: few(problem),
    },
    { requiredKeys: ['path', 'kind', 'format', 'records', 'problems'] },
  )
  const sourcePlace = fc.record(
    {
      rule: textAt('value'),
      language: fc.constantFrom('java', 'javascript', 'python', 'go'),
      file: textAt('path'),
      line: place,
      column: place,
      endLine: place,
      endColumn: place,
      severity: fc.constantFrom('error', 'warning', 'info'),
      confidence: share,
      outcome: fc.constantFrom('never', 'some-path', 'exception', 'collected', 'always'),
      message: textAt('text'),
      causes: few(cause),
      fix: textAt('text'),
      leavesAt: place,
      inFunction: textAt('value'),
      frame: fc.record({ from: place, lines: few(textAt('value')) }),
      fingerprint: textAt('id'),
      evidence: few(message),
    },
    { requiredKeys: REQUIRED_OF_SOURCE_PLACE },
  )
  const source: fc.Arbitrary<SourceReport> = fc.record({
    schema: fc.constant('whyreset.scan/1' as const),
    verdict: textAt('text'),
    results: few(sourcePlace),
    problems: few(
      fc.record(
        { file: textAt('path'), line: place, says: textAt('text') },
        { requiredKeys: ['file', 'says'] },
      ),
    ),
    summary: fc.record({
      files: count,
      lines: count,
      testsSkipped: count,
      baselined: count,
      hidden: count,
      languages: fc.record({ java: count, python: count }, { requiredKeys: [] }),
    }),
  })
  const diagnosis = {
    schema: fc.constant('whyreset.diagnosis/1' as const),
    verdict: message,
    inputs: few(input),
    summary: fc.record({
      packets: count,
      connections: count,
      reset: count,
      gracefullyClosed: count,
      open: count,
      refused: count,
      durationSeconds: amount,
      incidentsOmitted: count,
      raw: fc.record({ streams: count, rstSegments: count }),
    }),
    findings: few(finding),
    incidents: few(incident),
    warnings: few(warning),
    source,
  }
  const { source: _optional, ...required } = diagnosis
  return fc.oneof(fc.record(diagnosis), fc.record(required))
}

/** Strings made to break out: escapes, bidi, zero-width, marks, surrogates, markup, very long words. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        '\u001B[2J',
        '\u001B]0;title\u0007',
        '\u009B31m',
        '\u202E',
        '\u200B',
        '\uD800',
        '\u0301'.repeat(9),
        '\r\n',
        '\t',
        '| a |',
        '<script>alert(1)</script>',
        '<!--',
        '```',
        '`',
        '\\',
        '[x](javascript:alert(1))',
        '@someone',
        '客户端重置了连接，',
        '😀',
        ' ',
        'word',
        "'",
        'x'.repeat(90),
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join('')),
)

const REQUIRED_OF_SOURCE_PLACE: Exclude<keyof SourcePlace, 'leavesAt' | 'inFunction' | 'evidence'>[] = [
  'rule',
  'language',
  'file',
  'line',
  'column',
  'endLine',
  'endColumn',
  'severity',
  'confidence',
  'outcome',
  'message',
  'causes',
  'fix',
  'frame',
  'fingerprint',
]

const REQUIRED_OF_FINDING = [
  'cause',
  'family',
  'severity',
  'resetBy',
  'client',
  'server',
  'connections',
  'confidence',
  'statement',
  'because',
  'proof',
  'from',
  'to',
  'excluded',
  'alternatives',
  'fix',
  'next',
  'incidents',
] as const satisfies readonly (keyof Diagnosis['findings'][number])[]

function few<T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(item, { maxLength: 3 })
}

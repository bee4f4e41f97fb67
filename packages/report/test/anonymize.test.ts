import { problem, type Diagnosis, type Message } from '@whyreset/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anonymize } from '../src/anonymize.ts'
import { parseDiagnosis } from '../src/parse-diagnosis.ts'
import { renderJson } from '../src/json.ts'
import { renderTerminal } from '../src/terminal.ts'
import { arbitraryDiagnosis, hostileText, type Place } from './arbitrary-diagnosis.ts'
import { MIXED, REFERENCE, said, UNDECIDED } from './samples.ts'

/** What must not survive, by the place in which it stands. */
const MARKERS: Record<Exclude<Place, 'format'>, string[]> = {
  path: ['/home/secret/a.pcap', 'secret.pcap', 'C:\\secret\\b.pcap', 'secret'],
  endpoint: [
    '203.0.113.77:443',
    '[2001:db8:5ec::e7]:443',
    'secret.example:80',
    'secret and 3 others',
    'fe80::5ec%secret0',
  ],
  process: ['secret-billing', 'secretd'],
  word: ['secret word'],
  value: [
    'GET /secret?token=1',
    'secret.example',
    'https://secret.example/x',
    '203.0.113.77',
    'secret',
    '/srv/secret',
  ],
  text: ['203.0.113.77 asked secret.example for /secret'],
  command: [
    'whyreset scan /home/secret --peer 203.0.113.77 --filter=secret',
    "ssh secret@203.0.113.77 'secret'",
  ],
  id: ['secret.pcap#12'],
  doc: ['https://secret.example/'],
}
const SECRETS = /secret|203\.0\.113\.77|2001:db8:5ec|5ec::|fe80::5ec/i

const marked = arbitraryDiagnosis((place) =>
  place === 'format' ? fc.constantFrom('pcap', 'pcapng', 'jvm G1') : fc.constantFrom(...MARKERS[place]),
)

describe('anonymize', () => {
  it('lets no string of an input survive, in values or in text', () => {
    fc.assert(
      fc.property(marked, (diagnosis) => {
        const anonymous = anonymize(diagnosis, 'key')
        expect(renderJson(anonymous)).not.toMatch(SECRETS)
        for (const lang of ['en', 'zh'] as const)
          expect(renderTerminal(anonymous, { lang })).not.toMatch(SECRETS)
      }),
      { numRuns: 150 },
    )
  })

  it('keeps the structure: what differs are strings', () => {
    fc.assert(
      fc.property(marked, (diagnosis) => {
        const anonymous = anonymize(diagnosis, 'key')
        expect(parseDiagnosis(anonymous).ok).toBe(true)
        expect(withoutStrings(anonymous)).toEqual(withoutStrings(diagnosis))
      }),
      { numRuns: 60 },
    )
  })

  it('leaves what is wrong with an input as it was said, where that names nothing', () => {
    const problems = [
      problem('packed-input', { kind: 'tar' }),
      problem('saved-answer', { wanted: 'evidence' }),
      problem('records-omitted', { what: 'sockets', kept: 10, omitted: 3, which: 'newest' }),
      problem('gc-log-elsewhere', {
        from: '2026-11-22T09:55:16.000000000Z',
        to: '2026-11-22T09:56:14.000000000Z',
        resetsFrom: '2026-11-22T14:55:16.000000000Z',
        resetsTo: '2026-11-22T14:56:14.000000000Z',
      }),
    ]
    const [first, ...others] = REFERENCE.inputs
    if (first === undefined) throw new Error('the sample has no inputs')
    const given = { ...REFERENCE, inputs: [{ ...first, problems }, ...others] }
    expect(anonymize(given, 'key').inputs[0]?.problems).toEqual(problems)
  })

  it('never throws, whatever the strings', () => {
    fc.assert(
      fc.property(
        arbitraryDiagnosis(() => hostileText),
        fc.string(),
        (diagnosis, key) => {
          expect(parseDiagnosis(anonymize(diagnosis, key)).ok).toBe(true)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('leaves fields that it does not know behind', () => {
    const more = { ...REFERENCE, hostname: 'secret', summary: { ...REFERENCE.summary, user: 'secret' } }
    expect(renderJson(anonymize(more, 'key'))).not.toContain('secret')
  })

  it('keeps ports, and hosts of one network in one network', () => {
    const { findings } = anonymize(MIXED, 'key')
    const [first, , third] = findings
    expect(first?.client).not.toBe(MIXED.findings[0]?.client)
    expect(network(first?.client)).toBe(network(first?.server))
    expect(first?.server).toMatch(/:8080$/)
    expect(third?.server).toBe(first?.server.replace('8080', '8081'))
  })

  it('names files by what they hold', () => {
    const { inputs } = anonymize(REFERENCE, 'key')
    expect(inputs.map((input) => input.path)).toEqual([
      'capture-1.pcap',
      'gc-1.log',
      'sockets-1.txt',
      'app-1.log',
      'kernel-1.txt',
    ])
  })

  it('hides what a program calls itself in syslog, and says what is known', () => {
    const input = { path: 'app.log', kind: 'app-log', records: 1, problems: [] } as const
    const formatOf = (format: string): string | undefined =>
      anonymize({ ...REFERENCE, inputs: [{ ...input, format }] }, 'key').inputs[0]?.format
    expect(formatOf('payroll-svc, java')).toBe('process-1, java')
    expect(formatOf('go, redis')).toBe('go, redis')
    expect(formatOf('log')).toBe('log')
  })

  it('calls one host by one name everywhere, known programs by their own', () => {
    const finding = {
      ...UNDECIDED.findings[0],
      server: 'db.corp:5432 and 3 others',
      statement: said('…', { server: 'db.corp:5432', host: 'db.corp', process: 'java', program: 'billingd' }),
    } as Diagnosis['findings'][number]
    const [anonymous] = anonymize({ ...UNDECIDED, findings: [finding] }, 'key').findings
    expect(anonymous?.server).toBe('host-1:5432 and 3 others')
    expect(anonymous?.statement.values).toEqual({
      server: 'host-1:5432',
      host: 'host-1',
      process: 'java',
      program: 'process-1',
    })
  })

  it('keeps commands recognisable', () => {
    const [step] = anonymize(UNDECIDED, 'key').findings[0]?.next ?? []
    expect(step?.command).toMatch(/^whyreset capture server --peer \d+\.\d+\.\d+\.\d+ --until … … …$/)
  })

  it('writes damage anew, without the reason that names a file', () => {
    const problems = [
      {
        code: 'unreadable-input' as const,
        values: { reason: 'EACCES' },
        text: 'cannot be read: EACCES /secret',
      },
      { code: 'line-too-long' as const, values: { bytes: 9, kept: 5 }, text: 'secret', line: 3 },
    ]
    const inputs = REFERENCE.inputs.slice(0, 1).map((input) => ({ ...input, problems }))
    expect(anonymize({ ...REFERENCE, inputs }, 'key').inputs[0]?.problems).toEqual([
      { code: 'unreadable-input', values: { reason: 'hidden-1' }, text: 'cannot be read: hidden-1' },
      {
        code: 'line-too-long',
        values: { bytes: 9, kept: 5 },
        text: 'a line of 9 bytes was cut to its first 5',
        line: 3,
      },
    ])
  })

  it("keeps words that are core's own", () => {
    const values: Message['values'] = {
      cause: 'garbage-collected',
      collector: 'G1',
      reason: 'TCP_ABORT_ON_CLOSE',
      time: '2026-11-22T14:55:16.612Z',
      unreadBytes: 3,
    }
    expect(anonymize({ ...REFERENCE, verdict: said('', values) }, 'key').verdict.values).toEqual(values)
  })

  it('stays prose: what a collection, a counter or an answer is called is nobody’s secret', () => {
    expect(text('closed-by-finalizer', { thread: 'Finalizer' })).toMatch(/closed the sockets: Finalizer$/)
    expect(text('closed-by-finalizer', { thread: 'secretd' })).toMatch(/: process-1$/)
    expect(text('proof-collection', { name: 'Pause Young (G1 Evacuation Pause)', lagMs: 2 })).toBe(
      'Pause Young (G1 Evacuation Pause), 2 ms before the reset',
    )
    expect(text('proof-collection', { name: 'Pause Young (secret)', lagMs: 2 })).toMatch(/^hidden-1, /)
    expect(text('proof-counter', { name: 'TcpExtListenOverflows', value: 3 })).toBe(
      'TcpExtListenOverflows +3',
    )
    expect(text('proof-response', { response: '200, 900 bytes announced' })).toBe(
      'HTTP 200, 900 bytes announced',
    )
    expect(text('proof-response', { response: '200 secret' })).toBe('HTTP hidden-1')
    const finding = {
      by: '10.1.1.1',
      byServer: false,
      client: '10.1.1.1',
      server: '10.1.1.2:80',
      count: 2,
      total: 3,
    }
    expect(text('statement-unread-data', finding)).toMatch(
      /^[\d.]+ reset 2 of 3 connections to [\d.]+:80: it closed them with received data still unread\.$/,
    )
  })

  it('gives the same for the same key, and another without one', () => {
    expect(anonymize(REFERENCE, 'key')).toEqual(anonymize(REFERENCE, 'key'))
    const clients = Array.from({ length: 6 }, () => anonymize(REFERENCE).findings[0]?.client)
    expect(new Set(clients).size).toBeGreaterThan(1)
  })
})

function text(id: string, values: Message['values']): string {
  return anonymize({ ...REFERENCE, verdict: { id, values, text: 'secret' } }, 'key').verdict.text
}

/** The shape: types in the place of strings, arrays and numbers as they are. */
function withoutStrings(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return SHAPE_KEYS.has(key) ? value : 'string'
  if (Array.isArray(value)) return value.map((item) => withoutStrings(item, key))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutStrings(item, name)]))
}

const SHAPE_KEYS: ReadonlySet<string> = new Set([
  'schema',
  'kind',
  'cause',
  'family',
  'severity',
  'resetBy',
  'form',
  'phase',
  'time',
  'from',
  'to',
])

function network(address = ''): string {
  return address.split('.').slice(0, 3).join('.')
}

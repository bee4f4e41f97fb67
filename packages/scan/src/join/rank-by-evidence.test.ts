import type { Diagnosis, LogMention } from '@whyreset/core'
import { describe, expect, it } from 'vitest'
import type { Place } from '../place.ts'
import { rankByEvidence } from './rank-by-evidence.ts'

const GUILTY: Place = {
  rule: 'okhttp-response-unclosed',
  language: 'java',
  file: 'src/main/java/com/acme/Prices.java',
  line: 12,
  column: 1,
  endLine: 12,
  endColumn: 9,
  severity: 'error',
  confidence: 0.9,
  outcome: 'never',
  message: '',
  causes: ['garbage-collected'],
  fix: '',
  inFunction: 'lastModified',
  frame: { from: 10, lines: ['', '', '', '', ''] },
  fingerprint: 'a',
}
const INNOCENT: Place = { ...GUILTY, file: 'src/main/java/com/acme/Other.java', line: 5, inFunction: 'other' }
const NOTHING: Diagnosis = {
  schema: 'whyreset.diagnosis/1',
  verdict: { id: '', values: {}, text: '' },
  inputs: [],
  summary: {
    packets: 0,
    connections: 0,
    reset: 0,
    gracefullyClosed: 0,
    open: 0,
    refused: 0,
    durationSeconds: 0,
    incidentsOmitted: 0,
    raw: { streams: 0, rstSegments: 0 },
  },
  findings: [],
  incidents: [],
  warnings: [],
}
const says = { id: '', values: {}, text: '' }
const FINDING: Diagnosis['findings'][number] = {
  cause: 'garbage-collected',
  family: 'abnormal',
  severity: 'error',
  resetBy: 'client',
  client: '10.0.0.1',
  server: '10.0.0.2:80',
  connections: 126,
  confidence: 0.97,
  statement: says,
  because: [],
  proof: [],
  from: '',
  to: '',
  excluded: [],
  alternatives: [],
  fix: { summary: says, doc: '' },
  next: [],
  incidents: [],
}

interface Given {
  readonly diagnosis?: Diagnosis
  readonly mentions?: readonly LogMention[]
  readonly source?: Readonly<Record<string, string>>
}

/** The files in the order that comes out, the innocent one first in what goes in; and what is said of the first. */
function rank({ diagnosis = NOTHING, mentions = [], source = {} }: Given, places = [INNOCENT, GUILTY]) {
  const ranked = rankByEvidence(places, {
    diagnosis,
    logs: [{ name: 'app.log', mentions }],
    sourceOf: (file) => source[file],
  })
  return {
    first: ranked[0]?.file,
    seen: ranked[0]?.evidence?.map(({ text }) => text) ?? [],
    others: ranked.slice(1).flatMap(({ evidence }) => evidence ?? []),
  }
}

function named(
  word: LogMention['word'],
  frame: LogMention['frames'][number],
  more: Partial<LogMention> = {},
): LogMention {
  return { line: 31, word, frames: [frame], threads: [], ...more }
}

function asked(request: string): Diagnosis {
  return {
    ...NOTHING,
    findings: [
      {
        ...FINDING,
        cause: 'unread-data',
        proof: [{ input: 0, frame: 1, says: { id: 'proof-request', values: { request }, text: '' } }],
      },
    ],
  }
}

function sourceWith(code: string): Readonly<Record<string, string>> {
  return {
    [GUILTY.file]: `${'\n'.repeat(9)}${code}\n`,
    [INNOCENT.file]: 'fetch("/other/prices.json.bak")\nfetch("/elsewhere/all.jar")\n',
  }
}

describe('the code that a log names', () => {
  it.each([
    ['JVM', { file: 'Prices.java', line: 12, function: 'com.acme.Prices.lastModified' }],
    ['a lambda of it', { file: 'Prices.java', line: 13, function: 'com.acme.Prices.lambda$lastModified$0' }],
  ])('is the place of a leak report: %s', (_name, frame) => {
    const { first, seen, others } = rank({ mentions: [named('leak', frame)] })
    expect(first).toBe(GUILTY.file)
    expect(seen).toEqual([`app.log line 31: a leak report names Prices.java:${frame.line}`])
    expect(others).toEqual([])
  })

  it('is another line of the same function', () => {
    const frame = { file: 'Prices.java', line: 40, function: 'com.acme.Prices.lastModified' }
    expect(rank({ mentions: [named('reset', frame)] }).seen).toEqual([
      'app.log line 31: the trace of "reset" names Prices.java:40, in the same function',
    ])
  })

  it.each([
    [
      'another function on a line nearby',
      { file: 'Prices.java', line: 14, function: 'com.acme.Prices.read' },
    ],
    ['a line far away', { file: 'Prices.java', line: 90 }],
  ])('is not %s', (_name, frame) => {
    expect(rank({ mentions: [named('reset', frame)] }).seen).toEqual([])
  })

  it('is not told where two files could be meant', () => {
    const places = ['a/index.ts', 'b/index.ts'].map((file) => ({ ...GUILTY, file }))
    const bare = named('reset', { file: 'index.ts', line: 12, function: 'lastModified' })
    expect(rank({ mentions: [bare] }, places).seen).toEqual([])
    const whole = named('reset', { file: '/srv/app/b/index.ts', line: 12, function: 'lastModified' })
    expect(rank({ mentions: [whole] }, places).first).toBe('b/index.ts')
  })

  it('is a leak rather than a failure, and a failure rather than a refusal, which no leak brings about', () => {
    const frame = { file: 'Prices.java', line: 12, function: 'com.acme.Prices.lastModified' }
    const other = { file: 'Other.java', line: 5, function: 'com.acme.Other.other' }
    expect(rank({ mentions: [named('reset', other), named('leak', frame)] }).first).toBe(GUILTY.file)
    expect(rank({ mentions: [named('refused', frame)] }).seen).toEqual([])
  })
})

describe('what was found', () => {
  it('speaks for the places that explain it, the most connections first', () => {
    const other = { ...INNOCENT, causes: ['abortive-close' as const] }
    const findings = [FINDING, { ...FINDING, cause: 'abortive-close' as const, connections: 2 }]
    const { first, seen } = rank({ diagnosis: { ...NOTHING, findings } }, [other, GUILTY])
    expect(first).toBe(GUILTY.file)
    expect(seen).toEqual(['explains garbage-collected, found on 126 connections'])
  })

  it('does not speak for code of a language that the program is not written in', () => {
    const script: Place = { ...GUILTY, language: 'javascript', file: 'a.js' }
    const parties = { client: { process: 'java' } }
    const { seen, others } = rank({ diagnosis: { ...NOTHING, findings: [{ ...FINDING, parties }] } }, [
      script,
      GUILTY,
    ])
    expect(seen).toEqual([
      'explains garbage-collected, found on 126 connections',
      'the program in the evidence runs on a JVM',
    ])
    expect(others).toEqual([])
  })

  it('may be candidates only, and says so', () => {
    const alternatives = [{ cause: 'garbage-collected' as const, confidence: 0.5, wouldTell: says }]
    const findings = [{ ...FINDING, cause: 'unknown' as const, alternatives }]
    expect(rank({ diagnosis: { ...NOTHING, findings } }).seen).toEqual([
      'would explain garbage-collected, a candidate for 126 connections',
    ])
  })

  it('may be what has not happened yet', () => {
    const warnings = [{ kind: 'stalled-reader' as const, count: 3, says, proof: [] }]
    expect(rank({ diagnosis: { ...NOTHING, warnings } }).seen).toEqual([
      'would leave a response unread, as on 3 connections with a full window',
    ])
  })

  it('leaves the order as it is where nothing speaks for any', () => {
    expect(rank({})).toEqual({ first: INNOCENT.file, seen: [], others: [] })
  })
})

describe('what was asked for', () => {
  it.each([
    [
      'GET /catalog/all.jar',
      'ask(base + "/catalog/all.jar")',
      '/catalog/all.jar was asked for, and line 10 holds /catalog/all.jar',
    ],
    [
      'GET /v2/catalog/all.jar?x=1 HTTP/1.1',
      'ask(base + "/catalog/all.jar")',
      '/v2/catalog/all.jar was asked for, and line 10 holds /catalog/all.jar',
    ],
    [
      'GET /orders/4711/items',
      'ask(`${base}/orders/${id}/items`)',
      '/orders/4711/items was asked for, and line 10 holds /orders/',
    ],
    [
      'GET /catalog-all.jar',
      'ask(base, "catalog-all.jar")',
      '/catalog-all.jar was asked for, and line 10 holds catalog-all.jar',
    ],
    [
      'GET /catalog/latest',
      'ask("http://feed:8080/catalog/latest")',
      '/catalog/latest was asked for, and line 10 holds /catalog/latest',
    ],
  ])('%s is found in the source: %s', (request, code, expected) => {
    const { first, seen } = rank({ diagnosis: asked(request), source: sourceWith(code) })
    expect(first).toBe(GUILTY.file)
    expect(seen).toEqual([expected])
  })

  it.each([
    ['GET /prices/latest', 'ask(base + "/catalog/latest")'],
    ['GET /prices', 'ask(base + "/prices-archive")'],
    ['GET /', 'ask(base + "/")'],
    ['GET /api/v1/list', 'ask(base + "/list")'],
  ])('%s is not found in what only looks like it: %s', (request, code) => {
    expect(rank({ diagnosis: asked(request), source: sourceWith(code) }).seen).toEqual([])
  })

  it('may be a host that a log names', () => {
    const mention = named('reset', { file: 'x.java', line: 1 }, { host: 'feed.example' })
    const { first, seen } = rank({ mentions: [mention], source: sourceWith('ask("https://feed.example/x")') })
    expect(first).toBe(GUILTY.file)
    expect(seen).toEqual(['feed.example was asked, and line 10 names it'])
  })
})

describe('the name of a thread', () => {
  it.each([
    ['catalog-poller-3', 'new Thread(this::poll, "catalog-poller-" + n)', 'catalog-poller-'],
    ['catalog-poller-3', '.setNameFormat("catalog-poller-%d")', 'catalog-poller-%d'],
    // The kernel keeps 15 bytes of it, and newer JVMs both ends.
    ['catalog-poller-', 'new NamedThreadFactory("catalog-poller-of-shop")', 'catalog-poller-of-shop'],
    ['catalog..hop-12', 'factory.setThreadNamePrefix("catalog-poller-of-shop-")', 'catalog-poller-of-shop-'],
    ['poller_0', 'ThreadPoolExecutor(thread_name_prefix="poller")', 'poller'],
  ])('%s is looked for where the source names threads: %s', (thread, code, literal) => {
    const mention: LogMention = { line: 3, word: 'reset', frames: [], threads: [thread] }
    const { first, seen } = rank({ mentions: [mention], source: { [GUILTY.file]: `\n${code}\n` } })
    expect(first).toBe(GUILTY.file)
    expect(seen).toEqual([`thread ${thread} was in it, and line 2 names threads ${literal}`])
  })

  it.each([
    ['pool-2-thread-1', 'new Thread(r, "pool")'],
    ['main', 'new Thread(r, "main")'],
    ['catalog-poller-3', 'log.info("catalog-poller-")'],
    ['catalog-poller-3', 'new Thread(r, "catalog")'],
  ])('%s tells nothing of %s', (thread, code) => {
    const mention: LogMention = { line: 3, word: 'reset', frames: [], threads: [thread] }
    expect(rank({ mentions: [mention], source: { [GUILTY.file]: code } }).seen).toEqual([])
  })

  it('of Python tells which function it runs', () => {
    const mention: LogMention = { line: 3, word: 'reset', frames: [], threads: ['Thread-1 (lastModified)'] }
    expect(rank({ mentions: [mention], source: { [GUILTY.file]: '' } }).seen).toEqual([
      'thread Thread-1 (lastModified) was in it, and runs lastModified',
    ])
  })

  it('is taken from the trace of the kernel as well', () => {
    const because = [{ id: 'closed-by-own-thread', values: { thread: 'catalog-poller-' }, text: '' }]
    const findings = [{ ...FINDING, cause: 'abortive-close' as const, because }]
    const source = { [GUILTY.file]: 'new Thread(r, "catalog-poller-7")' }
    expect(rank({ diagnosis: { ...NOTHING, findings }, source }).first).toBe(GUILTY.file)
  })
})

import type { Diagnosis } from '@whyreset/core'
import { describe, expect, it } from 'vitest'
import type { Place } from '../place.ts'
import { baselineOf, parseBaseline, withoutKnown } from '../baseline.ts'
import { rankByEvidence } from './rank-by-evidence.ts'
import { readTraces } from './traces.ts'

const PLACE: Place = {
  rule: 'url-connection-body-unread',
  language: 'java',
  file: 'src/Check.java',
  line: 20,
  column: 1,
  endLine: 20,
  endColumn: 9,
  severity: 'error',
  confidence: 0.9,
  outcome: 'never',
  message: '',
  causes: ['garbage-collected'],
  fix: '',
  frame: { from: 18, lines: ['', '', '', '', ''] },
  fingerprint: 'a',
}
const OTHER: Place = {
  ...PLACE,
  rule: 'so-linger-zero',
  file: 'src/Other.java',
  line: 5,
  causes: ['abortive-close'],
  fingerprint: 'b',
}
const sourceOf = (): undefined => undefined
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

describe('the lines of code that a log names', () => {
  it.each([
    ['\tat org.example.Check.changed(Check.java:21)', 'Check.java', 21],
    ['    at check (file:///srv/app/check.mjs:21:20)', 'check.mjs', 21],
    ['  File "/srv/app/check.py", line 21, in check', 'check.py', 21],
    ['\t/srv/app/check.go:21 +0x1d', 'check.go', 21],
    ['   at App.Check() in /srv/Check.cs:line 21', 'Check.cs', 21],
  ])('are read from %s', (line, file, number) => {
    expect(readTraces([line])).toEqual([{ file, line: number, isLeak: false }])
  })

  it('are marked when a leak message stands above them', () => {
    const lines = ['WARNING: A connection to http://a/ was leaked.', '\tat a.Check.f(Check.java:20)']
    expect(readTraces(lines)).toEqual([{ file: 'Check.java', line: 20, isLeak: true }])
  })
})

describe('the order that the evidence gives', () => {
  it('puts the place first that a leak message names', () => {
    const traces = readTraces(['LEAK: was not released', '\tat a.Other.f(Other.java:5)'])
    const ranked = rankByEvidence([PLACE, OTHER], { diagnosis: NOTHING, traces, sourceOf })
    expect(ranked.map(({ file }) => file)).toEqual(['src/Other.java', 'src/Check.java'])
    expect(ranked[0]?.evidence?.[0]).toContain('Other.java:5')
  })

  it('puts the place first that explains the cause that was found', () => {
    const diagnosis: Diagnosis = {
      ...NOTHING,
      warnings: [{ kind: 'stalled-reader', count: 3, says: { id: '', values: {}, text: '' }, proof: [] }],
    }
    const ranked = rankByEvidence([OTHER, PLACE], { diagnosis, traces: [], sourceOf })
    expect(ranked[0]?.evidence).toEqual(['explains garbage-collected, found on 3 connections'])
    expect(ranked[1]?.evidence).toBeUndefined()
  })

  it('leaves the order as it is where nothing speaks for any', () => {
    expect(rankByEvidence([OTHER, PLACE], { diagnosis: NOTHING, traces: [], sourceOf })).toEqual([
      OTHER,
      PLACE,
    ])
  })
})

describe('a baseline', () => {
  it('leaves out what it knows, and no more of the same', () => {
    const baseline = parseBaseline(JSON.parse(JSON.stringify(baselineOf([PLACE]))))
    if (baseline === undefined) throw new Error('no baseline')
    expect(withoutKnown([PLACE, PLACE, OTHER], baseline)).toEqual([PLACE, OTHER])
  })

  it('is not anything else', () => {
    for (const value of [undefined, null, 3, {}, { schema: 'whyreset.scan/1', known: [] }])
      expect(parseBaseline(value)).toBeUndefined()
  })
})

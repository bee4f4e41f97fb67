import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanText } from '../src/escape.ts'
import { renderTerminal } from '../src/terminal.ts'
import { columnsOf } from '../src/terminal/columns.ts'
import { arbitraryDiagnosis, hostileText } from './arbitrary-diagnosis.ts'
import { HEALTHY, MIXED, REFERENCE, said, UNDECIDED } from './samples.ts'

// oxlint-disable-next-line no-control-regex -- SGR sequences are what is taken away
const SGR = /\u001B\[\d+m/g

describe('renderTerminal', () => {
  it('begins with the verdict and its confidence at the right edge', () => {
    expect(renderTerminal(REFERENCE).split('\n').slice(0, 2)).toEqual([
      '10.91.1.1 reset 126 connections to 10.91.1.2:8080: its garbage collector closed',
      'them with the responses unread.                                  confidence 97 %',
    ])
  })

  it('says who, when, what, proof, not, fix and next in this order', () => {
    const names = [...renderTerminal(REFERENCE).matchAll(/^ {2}(\w+) /gm)].map((match) => match[1])
    expect(names).toEqual(['who', 'when', 'what', 'proof', 'not', 'fix', 'next'])
  })

  it('draws resets over collections', () => {
    const text = renderTerminal(REFERENCE)
    expect(text).toMatch(/resets {7}▁█ +█▂ +▆ +▂\n/)
    expect(text).toMatch(/collections {2}││ +│ +│ +│\n/)
    expect(text).toContain('2026-11-22 14:55:16 … 14:56:20 UTC')
  })

  it('cites proof by the shortest name that tells the files apart', () => {
    expect(renderTerminal(REFERENCE)).toMatch(/gc\.log line 88 +Pause Young/)
    const twins = REFERENCE.inputs.map((input, index) => ({ ...input, path: `host${index}/gc.log` }))
    expect(renderTerminal({ ...REFERENCE, inputs: twins })).toContain('host1/gc.log line 88')
  })

  it('gives commands that can be pasted', () => {
    const text = renderTerminal(UNDECIDED, { width: 40 })
    expect(text).toContain(
      "whyreset capture server \\\n         --peer 10.0.0.7 --until \\\n         'reset by peer'\n",
    )
  })

  it('counts harmless findings in one line and keeps them out of the verdict', () => {
    expect(renderTerminal(REFERENCE)).toContain('\nalso: 40 health probes by 10.91.1.9 (harmless)\n')
  })

  it('warns, and tells damage and clocks by file', () => {
    const text = renderTerminal(REFERENCE, { width: 120 })
    expect(text).toContain('warning: 12 connections stalled')
    expect(text).toContain('problem: app.log: line 912: a line of')
    expect(text).toContain('clock: app.log: prints no time zone')
  })

  it('gives every further finding its cause, count, parties, statement, fix and page', () => {
    const text = renderTerminal(MIXED)
    expect(text).toContain('2 further findings:')
    expect(text).toMatch(/abortive close on purpose · 25 connections · reset by the client +90 %/)
    expect(text).toContain('10.91.72.1 → 10.91.72.2:8081')
    expect(text).toContain('fix: Start the service')
    expect(text).toContain('whyreset explain connection-refused')
  })

  it('answers shortly for a healthy run, with what was looked at', () => {
    expect(renderTerminal(HEALTHY)).toBe(
      [
        'Nothing was lost: none of 214 connections was reset.',
        '',
        '  seen   214 connections, 9,341 packets, 66 s: 0 reset, 210 closed, 4 open',
        '  read   capture.pcap  pcap, 9,341 packets, 14:55:15 … 14:56:21',
        '         gc.log        jvm G1, 14 collections',
        '',
      ].join('\n'),
    )
  })

  it('says what else it may be, what would tell, and which evidence was not given', () => {
    const text = renderTerminal(UNDECIDED)
    expect(text).toContain('idle timeout of a device on the path (50 %)')
    expect(text).toContain('→ a capture at the server')
    expect(text).toContain('not given: a socket table')
    expect(text).not.toContain('confidence')
  })

  it('speaks Chinese in its own words', () => {
    const text = renderTerminal(REFERENCE, { lang: 'zh' })
    expect(text).toContain('可信度 97 %')
    expect(text).toContain('证据')
    expect(renderTerminal(HEALTHY, { lang: 'zh' })).toMatch(/^没有任何损失/)
  })

  it('dresses text with the given function only, and adds nothing when there is none', () => {
    const marked = renderTerminal(REFERENCE, { colour: (style, text) => `<${style}>${text}</>` })
    expect(marked).toContain('<dim>confidence 97 %</>')
    expect(marked.replace(/<\w*>|<\/>/g, '')).toBe(renderTerminal(REFERENCE))
    expect(renderTerminal(REFERENCE, { colour: true }).replace(SGR, '')).toBe(renderTerminal(REFERENCE))
  })

  it('keeps a whole IPv6 address readable', () => {
    const [finding] = REFERENCE.findings
    const address = '[2001:db8:1234:5678:9abc:def0:1234:5678]:65535'
    const findings = finding === undefined ? [] : [{ ...finding, server: address }]
    for (const width of [40, 60, 80, 200]) {
      const text = renderTerminal({ ...REFERENCE, findings }, { width })
      expect(text.replace(/\s/g, '')).toContain(address)
    }
  })

  it('says one reason once, for all the families that it excludes', () => {
    const [finding] = REFERENCE.findings
    const because = said('the reset is a reply')
    const excluded = (['refused', 'deliberate', 'abnormal'] as const).map((family) => ({
      family,
      because: family === 'refused' ? said('the connection was established') : because,
    }))
    const findings = finding === undefined ? [] : [{ ...finding, excluded }]
    expect(renderTerminal({ ...REFERENCE, findings })).toContain(
      '  not    refused: the connection was established\n         deliberate, abnormal: the reset is a reply\n',
    )
  })

  it('does not repeat in what, maybe, next and warnings what stands elsewhere', () => {
    const [finding] = REFERENCE.findings
    const more = {
      because: [said('6 of 6 bursts', {}, 'bursts-follow-collections'), said('the window stood at 0')],
      alternatives: [
        { cause: 'process-exit' as const, confidence: 0.05, wouldTell: said('the exit code') },
        { cause: 'unread-data' as const, confidence: 1 - 0.9, wouldTell: said('the socket table') },
      ],
      next: [{ says: said('what it is'), command: 'whyreset explain garbage-collected' }],
    }
    const warnings = [
      {
        kind: 'stalled-reader' as const,
        peer: '10.9.9.9:80',
        process: 'java',
        count: 3,
        oldestSeconds: 57,
        says: said('3 connections to 10.9.9.9:80 for 57 s', { peer: '10.9.9.9:80', seconds: 57 }),
        proof: [],
      },
    ]
    const findings = finding === undefined ? [] : [{ ...finding, ...more }]
    const text = renderTerminal({ ...REFERENCE, findings, warnings })
    expect(text).toMatch(/what {3}the window stood at 0\n/)
    expect(text).toMatch(/maybe {2}closed with data unread \(at most 10 %\)\n/)
    expect(text).not.toContain('process exit')
    expect(text).not.toMatch(/^ {2}next/m)
    expect(text.match(/whyreset explain/g)).toHaveLength(1)
    expect(text).toContain('warning: 3 connections to 10.9.9.9:80 for 57 s (java)\n')
  })

  it('shows a log that speaks of resets which no capture has, harmless as it is', () => {
    const [finding] = REFERENCE.findings
    const inLog = {
      cause: 'no-reset-on-wire' as const,
      severity: 'info' as const,
      resetBy: 'none' as const,
      client: 'unknown',
      server: 'unknown',
      statement: said('The log reports 2 resets, but the capture shows none.'),
      proof: [{ input: 3, line: 5, says: said('socket hang up') }],
    }
    const findings = finding === undefined ? [] : [{ ...finding, ...inLog }]
    const text = renderTerminal({ ...HEALTHY, inputs: REFERENCE.inputs, findings })
    expect(text).toMatch(/^ {2}no reset on the wire +97 %\n {4}2026-11-22 /m)
    expect(text).toContain('    The log reports 2 resets, but the capture shows none.\n')
    expect(text).toMatch(/app\.log line 5 +socket hang up\n/)
    expect(text).toContain('whyreset explain no-reset-on-wire')
    expect(text).not.toMatch(/unknown|further finding|also:/)
  })

  it('keeps p-values on one line', () => {
    for (let width = 40; width < 90; width += 1)
      expect(renderTerminal(REFERENCE, { width })).toMatch(/p < 0\.001/)
  })

  it('cuts endless lists and says how many are left', () => {
    const [finding] = REFERENCE.findings
    const because = Array.from({ length: 100 }, (_, index) => said(`reason ${index}`))
    const findings = finding === undefined ? [] : [{ ...finding, because }]
    expect(renderTerminal({ ...REFERENCE, findings })).toContain('94 more: see --json')
  })

  it('lets no control character through and keeps every line within the width, whatever stands in the diagnosis', () => {
    fc.assert(
      fc.property(
        arbitraryDiagnosis(() => hostileText),
        fc.integer({ min: 24, max: 200 }),
        fc.constantFrom('en', 'zh'),
        (diagnosis, width, lang) => {
          const text = renderTerminal(diagnosis, { width, lang, colour: true }).replace(SGR, '')
          expect(text.endsWith('\n')).toBe(true)
          for (const line of text.slice(0, -1).split('\n')) {
            expect(cleanText(line)).toBe(line)
            expect(columnsOf(line)).toBeLessThanOrEqual(width)
          }
        },
      ),
      { numRuns: 150 },
    )
  })

  it('takes a nonsensical width for the default', () => {
    expect(renderTerminal(REFERENCE, { width: NaN })).toBe(renderTerminal(REFERENCE))
    expect(renderTerminal(REFERENCE, { width: 100_000 })).toBe(renderTerminal(REFERENCE, { width: 200 }))
  })
})

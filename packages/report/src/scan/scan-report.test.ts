import { describe, expect, it } from 'vitest'
import type { ScanReport } from '../scan-schema.ts'
import { scanSchema } from '../scan-schema.ts'
import { renderScanJson, renderScanMarkdown, renderScanTerminal } from './index.ts'

const REPORT: ScanReport = {
  schema: 'whyreset.scan/1',
  verdict:
    '1 place in 1 file of source leaks, abandons or cuts connections: the worst is a b/\u001B[31mx.ts:2.',
  results: [
    {
      rule: 'fetch-body-unread',
      language: 'javascript',
      file: 'a b/\u001B[31mx.ts',
      line: 2,
      column: 13,
      endLine: 2,
      endColumn: 22,
      severity: 'warning',
      confidence: 0.85,
      outcome: 'some-path',
      message: 'a path leaves it',
      causes: ['garbage-collected'],
      fix: 'await r.text()',
      leavesAt: 3,
      frame: {
        from: 1,
        lines: ['async function f() {', '  const r = await fetch(u) // </script> ``` \u001B[2J', '}'],
      },
      fingerprint: 'abc',
      evidence: [
        {
          id: 'seen-cause',
          values: { cause: 'garbage-collected', connections: 3 },
          text: 'explains garbage-collected, found on 3 connections',
        },
      ],
    },
  ],
  problems: [{ file: 'y.ts', line: 3, says: 'could not be parsed' }],
  summary: { files: 1, lines: 3, testsSkipped: 0, baselined: 0, hidden: 0, languages: { javascript: 1 } },
}

describe('the report of a scan', () => {
  it('is JSON as its schema says', () => {
    expect(scanSchema.parse(JSON.parse(renderScanJson(REPORT)))).toEqual(REPORT)
  })

  it('brings nothing from the source to the terminal but printable characters', () => {
    for (const width of [24, 80, 200]) {
      const text = renderScanTerminal(REPORT, { width })
      // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(width)
    }
  })

  it('fences code in Markdown so that it cannot end the fence', () => {
    expect(renderScanMarkdown(REPORT)).toContain('````ts\n')
  })
})

import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { ScanReport } from '../scan-schema.ts'
import { scanSchema } from '../scan-schema.ts'
import { renderScanJson, renderScanMarkdown, renderScanSarif, renderScanTerminal } from './index.ts'

/** What SARIF 2.1.0 requires of the objects that are used here (its §3.13 to §3.30), strictly: nothing else may be there. */
const message = z.strictObject({ text: z.string().min(1) })
const physicalLocation = z.strictObject({
  artifactLocation: z.strictObject({ uri: z.string().regex(/^[\w./%~()!*'-]+$/) }),
  region: z.strictObject({
    startLine: z.int().min(1),
    startColumn: z.int().min(1).optional(),
    endLine: z.int().min(1).optional(),
    endColumn: z.int().min(1).optional(),
  }),
})
const sarif = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.array(
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({
          name: z.string(),
          version: z.string(),
          rules: z.array(z.strictObject({ id: z.string(), shortDescription: message, help: message })),
        }),
      }),
      columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
      invocations: z.array(
        z.strictObject({
          executionSuccessful: z.boolean(),
          toolExecutionNotifications: z.array(
            z.strictObject({ level: z.enum(['none', 'note', 'warning', 'error']), message }),
          ),
        }),
      ),
      results: z.array(
        z.strictObject({
          ruleId: z.string(),
          ruleIndex: z.int().min(0),
          level: z.enum(['none', 'note', 'warning', 'error']),
          message,
          rank: z.number().min(0).max(100),
          locations: z.array(z.strictObject({ physicalLocation })),
          relatedLocations: z.array(z.strictObject({ message, physicalLocation })).optional(),
          partialFingerprints: z.record(z.string(), z.string()),
          properties: z.record(z.string(), z.unknown()),
        }),
      ),
    }),
  ),
})

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
      evidence: ['explains garbage-collected, found on 3 connections'],
    },
  ],
  problems: [{ file: 'y.ts', line: 3, says: 'could not be parsed' }],
  summary: { files: 1, lines: 3, testsSkipped: 0, baselined: 0, hidden: 0, languages: { javascript: 1 } },
}
const RULES = [{ id: 'fetch-body-unread', title: 'never read', fix: 'await r.text()' }]

describe('the report of a scan', () => {
  it('is SARIF 2.1.0', () => {
    const log = sarif.parse(JSON.parse(renderScanSarif(REPORT, RULES, '1.0.0')))
    expect(log.runs[0]?.results[0]?.locations[0]?.physicalLocation.region).toEqual({
      startLine: 2,
      startColumn: 13,
      endLine: 2,
      endColumn: 22,
    })
    expect(log.runs[0]?.results[0]?.relatedLocations?.[0]?.physicalLocation.region.startLine).toBe(3)
  })

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

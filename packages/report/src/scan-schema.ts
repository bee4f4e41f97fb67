import type { SourcePlace, SourceReport } from '@whyreset/core'
import * as z from 'zod'
import { cause, count, messageSchema, probability, severity } from './schema-parts.ts'

/** What `whyreset scan --json` prints. */
export type ScanReport = SourceReport
export type ScanPlace = SourcePlace

/** The JSON Schema of `whyreset.scan/1`, draft 2020-12, as published in `scan.schema.json`. */
export function scanJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(scanSchema, { target: 'draft-2020-12', io: 'input' })
  return { $schema, $id: 'urn:whyreset:schema:scan:1', title: SCHEMA_ID, ...schema }
}

const SCHEMA_ID = 'whyreset.scan/1'
const line = z.int().positive().describe('1-based.')

const outcome = z
  .enum(['never', 'some-path', 'exception', 'collected', 'always'])
  .describe('On which ways through the function what was opened is left open.')

const place = z.object({
  rule: z.string().describe('Its page is docs/rules/<rule>.md.'),
  language: z.enum(['java', 'kotlin', 'javascript', 'python', 'go', 'csharp']),
  file: z
    .string()
    .describe('With /; from the current folder where that holds it, else from the folder that was scanned.'),
  line,
  column: line,
  endLine: line,
  endColumn: line,
  severity,
  confidence: probability,
  outcome,
  message: z.string(),
  causes: z.array(cause),
  fix: z.string().describe('What to write instead, as code.'),
  leavesAt: line.exactOptional().describe('The line of the return or throw that leaves it open.'),
  into: z.string().exactOptional().describe('The name of the collection that it is put into.'),
  inFunction: z.string().exactOptional(),
  frame: z.object({ from: line, lines: z.array(z.string()) }).describe('The lines around the place.'),
  fingerprint: z.string().describe('Stays the same when lines move: for baselines.'),
  related: z
    .array(
      z.object({
        rule: z.string(),
        line,
        column: line,
        outcome,
        message: z.string(),
        leavesAt: line.exactOptional(),
      }),
    )
    .exactOptional()
    .describe('Places of the same file that the same fault makes.'),
  evidence: z
    .array(messageSchema)
    .exactOptional()
    .describe('What the evidence says for this place, strongest first.'),
})

/** The zod schema of `whyreset.scan/1`. */
export const scanSchema = z.object({
  schema: z.literal(SCHEMA_ID),
  verdict: z.string(),
  results: z.array(place).describe('The likeliest first.'),
  problems: z
    .array(z.object({ file: z.string(), line: line.exactOptional(), says: z.string() }))
    .describe('What was not looked at, and why.'),
  summary: z.object({
    files: count,
    lines: count,
    testsSkipped: count,
    baselined: count.describe('Places that the baseline knows; they are not among the results.'),
    hidden: count.describe(
      'Places below the wanted severity, or of which the evidence says nothing; they are not among the results.',
    ),
    languages: z.partialRecord(place.shape.language, count),
  }),
})

import { PROBLEM_CODES, type Diagnosis, type Problem, type ProblemCode, type Proof } from '@whyreset/core'
import * as z from 'zod'
import { scanSchema } from './scan-schema.ts'
import {
  amount,
  cause,
  count,
  messageSchema,
  probability,
  resetBy,
  severity,
  warningKind,
} from './schema-parts.ts'

export const SCHEMA_ID = 'whyreset.diagnosis/1'

const time = z.iso
  .datetime()
  .describe('ISO 8601 in UTC with up to nine decimals and a Z: 2026-11-22T14:55:21.190000000Z')

/** Codes of later versions are welcome: a problem is shown by its text, never decided on by its code. */
const problemCode = z
  .string()
  .regex(/^[a-z0-9-]{1,64}$/)
  .meta({ examples: [...PROBLEM_CODES] })
  .transform(
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above: a label, not a switch
    (code) => code as ProblemCode,
  )

const problemSchema: z.ZodType<Problem> = z
  .object({
    code: problemCode,
    values: z.record(z.string(), z.union([z.string(), z.number()])),
    text: z.string().describe("English sentence, without the input's name."),
    offset: count.describe('Byte offset in the decompressed input, 0-based.').exactOptional(),
    line: z.int().positive().describe('Line, 1-based.').exactOptional(),
  })
  .meta({ id: 'problem', description: 'Damage or a gap inside one input. What was read before it is kept.' })

const inputSchema = z.object({
  path: z.string().describe('As the user named it; - is standard input.'),
  kind: z.enum([
    'capture',
    'gc-log',
    'socket-table',
    'app-log',
    'kernel-trace',
    'counters',
    'manifest',
    'unknown',
  ]),
  format: z.string().describe('pcap, pcapng, jvm G1, v8, ss, netstat, nstat, …'),
  records: count.describe('Packets, collections, rows, events or counters: whatever the kind counts.'),
  from: time.describe('Time of the first record, UTC.').exactOptional(),
  to: time.describe('Time of the last record, UTC.').exactOptional(),
  clock: messageSchema
    .describe("How this input's clock was turned into UTC, when that was not printed in it.")
    .exactOptional(),
  problems: z.array(problemSchema),
})

const family = z
  .enum([
    'abnormal',
    'deliberate',
    'unknown-connection',
    'refused',
    'unresponsive',
    'middlebox',
    'benign',
    'unknown',
  ])
  .meta({ id: 'family', description: 'The kinds of event that can make a TCP stack send RST.' })

const inputIndex = count.describe('Index into inputs, 0-based.')
const says = messageSchema.describe('What is seen there.')

const proofSchema: z.ZodType<Proof> = z
  .xor([
    z.object({ input: inputIndex, frame: z.int().positive().describe('Frame of a capture, 1-based.'), says }),
    z.object({ input: inputIndex, line: z.int().positive().describe('Line of a log, 1-based.'), says }),
    z.object({ input: inputIndex, row: z.int().positive().describe('Row of a table, 1-based.'), says }),
  ])
  .meta({
    id: 'proof',
    description: "Where in the user's own files the proof is: exactly one of frame, line, row.",
  })

const triggerSchema = z
  .object({
    kind: z.literal('garbage-collection'),
    bursts: count.describe('Groups of resets close together.'),
    matched: count.describe('How many of `of` came within `withinMs` after a collection.'),
    of: count,
    withinMs: amount.describe(
      'Milliseconds from the end of the collection to the reset, the largest that matched.',
    ),
    expectedByChance: amount.describe('How many of `of` would match if the resets came at random times.'),
    pValue: probability,
    series: z
      .object({
        from: time,
        to: time,
        resets: z.array(count).describe('Resets in each of equal slices of from … to.'),
        collections: z.array(count).describe('Collections in the same slices.'),
      })
      .exactOptional(),
  })
  .describe('What set the resets off, and how sure that is.')

const partySchema = z
  .object({
    process: z.string().exactOptional(),
    pid: count.exactOptional(),
    logged: z
      .array(z.object({ word: z.string(), count }))
      .describe('What its log said of these connections, most frequent word first.')
      .exactOptional(),
  })
  .meta({ id: 'party', description: 'What the evidence says of the program at one end.' })

const findingSchema = z.object({
  cause,
  family,
  severity,
  resetBy,
  client: z.string().describe('Address of the sender of SYN; up to three joined, more are counted.'),
  server: z.string().describe('Address and port.'),
  connections: count,
  confidence: probability.describe('Calibrated: of findings at 0.9, nine in ten are right.'),
  statement: messageSchema,
  because: z.array(messageSchema),
  proof: z.array(proofSchema),
  trigger: triggerSchema.exactOptional(),
  parties: z
    .object({ client: partySchema.exactOptional(), server: partySchema.exactOptional() })
    .exactOptional(),
  from: time.describe('Time of the first reset, UTC.'),
  to: time.describe('Time of the last reset, UTC.'),
  excluded: z
    .array(z.object({ family, because: messageSchema }))
    .describe('The kinds of event that it was not, and what excludes each.'),
  alternatives: z.array(
    z.object({
      cause,
      confidence: probability,
      wouldTell: messageSchema.describe('The evidence that would decide.'),
    }),
  ),
  fix: z.object({ summary: messageSchema, doc: z.string().describe('Page that says more.') }),
  next: z.array(
    z.object({ says: messageSchema, command: z.string().describe('Can be pasted.').exactOptional() }),
  ),
  incidents: z.array(z.string()).describe('Ids of the incidents it is made of, as far as they are listed.'),
})

const incidentSchema = z.object({
  id: z.string(),
  client: z.string(),
  server: z.string(),
  time: time.describe('Time of the reset, UTC.'),
  resetBy,
  form: z
    .enum(['active', 'reply', 'unclear'])
    .describe('active: a socket was closed by someone; reply: the answer to a segment without a socket.'),
  input: inputIndex,
  frame: z.int().positive().describe('Frame of the reset, 1-based.'),
  stream: count.describe('As tshark numbers streams within that input, 0-based.'),
  phase: z
    .enum(['handshake', 'request', 'response', 'idle', 'closing', 'data', 'unseen'])
    .describe('What the connection was doing when it was reset.'),
  unreadBytes: count.describe('Bytes that the resetting side had received and not read.').exactOptional(),
  silenceMs: amount.describe('Milliseconds without a segment before the reset.').exactOptional(),
  cause,
  ruledOut: z.array(z.object({ cause, because: messageSchema })),
})

const warningSchema = z.object({
  kind: warningKind,
  process: z.string().exactOptional(),
  peer: z.string().exactOptional(),
  count,
  growthPerMinute: z.number().describe('Connections more per minute.').exactOptional(),
  oldestSeconds: amount.describe('Age of the oldest, in seconds.').exactOptional(),
  says: messageSchema,
  proof: z.array(proofSchema),
})

const serviceSummary = z
  .object({
    server: z.string(),
    connections: count.describe('As the capture shows them that shows most of them.'),
    clients: count.describe('That opened them; no more than 256 are told apart.'),
    mostOfOneClient: count.describe('Connections of the client that opened most.'),
    lifetime: z
      .object({ medianSeconds: amount, p90Seconds: amount })
      .describe('Of those whose begin and end were seen: half, and nine in ten, lived no longer.')
      .exactOptional(),
  })
  .meta({ id: 'service', description: 'How the connections of one service come and go.' })

const summarySchema = z.object({
  packets: count,
  connections: count.describe('Each counted once, however many captures show it.'),
  reset: count,
  gracefullyClosed: count,
  open: count.describe('Still open at the end.'),
  refused: count,
  durationSeconds: amount,
  incidentsOmitted: count.describe('Incidents beyond the 10,000 that are listed.'),
  services: z
    .array(serviceSummary)
    .max(50)
    .describe('The busiest to which connections were established. Absent in older answers.')
    .exactOptional(),
  servicesOmitted: count.describe('Services beyond the 50 that are listed.').exactOptional(),
  raw: z
    .object({ streams: count, rstSegments: count })
    .describe('Before captures of the same connection are joined, as tshark counts.'),
})

/** The zod schema of `whyreset.diagnosis/1`. */
export const diagnosisSchema = z
  .object({
    schema: z.literal(SCHEMA_ID),
    verdict: messageSchema.describe('The answer in a sentence.'),
    inputs: z.array(inputSchema),
    summary: summarySchema,
    findings: z.array(findingSchema).describe('Ordered by severity, connections, earliest time, id.'),
    incidents: z.array(incidentSchema).describe('At most 10,000.'),
    warnings: z.array(warningSchema).describe('What has not happened yet.'),
    source: scanSchema
      .describe('The lines of source that explain it (whyreset.scan/1); only where source was looked at.')
      .exactOptional(),
  })
  .describe(
    'Who reset which connections, why, with what proof, and how to fix it. An absent field was not seen.',
  )

/** The JSON Schema of `whyreset.diagnosis/1`, draft 2020-12, as published in `diagnosis.schema.json`. */
export function diagnosisJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(diagnosisSchema, { target: 'draft-2020-12', io: 'input' })
  return { $schema, $id: 'urn:whyreset:schema:diagnosis:1', title: SCHEMA_ID, ...schema }
}

/** Fails to compile when the schema and core's type part ways, in either direction. */
export type SchemaAgreesWithCore = Assert<
  Same<DeepReadonly<z.infer<typeof diagnosisSchema>>, DeepReadonly<Diagnosis>>
>

type Assert<Claim extends true> = Claim
// The one form in which TypeScript compares types for identity instead of assignability.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- see above
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T

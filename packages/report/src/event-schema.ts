import * as z from 'zod'
import { cause, count, messageSchema, probability, resetBy, severity, warningKind } from './schema-parts.ts'

/** What `whyreset watch --json` prints, one object a line. */
export type WatchEvent = DeepReadonly<z.infer<typeof eventSchema>>

/** The JSON Schema of `whyreset.event/1`, draft 2020-12, as published in `event.schema.json`. */
export function eventJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(eventSchema, { target: 'draft-2020-12', io: 'input' })
  return { $schema, $id: 'urn:whyreset:schema:event:1', title: SCHEMA_ID, ...schema }
}

const SCHEMA_ID = 'whyreset.event/1'

const time = z.iso.datetime().describe('UTC.')
const evidence = z.string().describe('The folder that shows it; old ones are removed.')

const every = {
  schema: z.literal(SCHEMA_ID),
  time: time.describe('When it happened; of a finding, its first reset that was not told yet. UTC.'),
  target: z.string().describe('Its name.'),
}

const attached = z.object({
  ...every,
  event: z.literal('attached'),
  again: z.boolean().describe('After a restart of the target.'),
  pid: count.exactOptional(),
  addresses: z.array(z.string()),
})

const lost = z.object({ ...every, event: z.literal('lost'), says: z.string() })

const finding = z.object({
  ...every,
  event: z.literal('finding'),
  cause,
  severity,
  resetBy,
  client: z.string(),
  server: z.string(),
  connections: count.describe('Reset connections that were not told yet.'),
  connectionsInEvidence: count.describe('All that the folder shows, those told before included.'),
  confidence: probability,
  statement: messageSchema.describe('What the whole folder shows.'),
  from: time,
  to: time,
  evidence,
})

const warning = z.object({
  ...every,
  event: z.literal('warning'),
  kind: warningKind,
  process: z.string().exactOptional(),
  peer: z.string().exactOptional(),
  count,
  says: messageSchema,
  evidence,
})

const missing = z.object({
  ...every,
  event: z.literal('missing'),
  what: z.string(),
  because: z.string(),
  without: z.string().describe('What is therefore not known.'),
})

const dropped = z.object({
  ...every,
  event: z.literal('dropped'),
  packets: count.describe('That tcpdump was to see and did not, since the last time.'),
})

const missed = z.object({
  ...every,
  event: z.literal('missed'),
  resets: count.describe('RST segments that were counted and not explained, since the last time.'),
  because: z.string(),
})

const unexplained = z.object({
  ...every,
  event: z.literal('unexplained'),
  resets: count,
  because: z.string().describe('Why the analysis gave no answer.'),
  evidence,
})

const stopped = z.object({
  ...every,
  event: z.literal('stopped'),
  seconds: z.number().nonnegative(),
  packets: count,
  connections: count,
  resets: count,
  droppedPackets: count,
  unexplainedResets: count.describe('RST segments that were counted and never analysed.'),
  ownCpuSeconds: z.number().nonnegative(),
})

/** The zod schema of `whyreset.event/1`. */
export const eventSchema = z
  .discriminatedUnion('event', [
    attached,
    lost,
    finding,
    warning,
    missing,
    dropped,
    missed,
    unexplained,
    stopped,
  ])
  .describe('Something that a watch has to say. Later versions may know more kinds of event.')

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T

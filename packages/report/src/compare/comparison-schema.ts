import type { Comparison } from '@whyreset/core'
import * as z from 'zod'
import {
  amount,
  cause,
  count,
  messageSchema,
  probability,
  resetBy,
  severity,
  warningKind,
} from '../schema-parts.ts'

/** The JSON Schema of `whyreset.comparison/1`, draft 2020-12, as published in `comparison.schema.json`. */
export function comparisonJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(comparisonSchema, { target: 'draft-2020-12', io: 'input' })
  return { $schema, $id: 'urn:whyreset:schema:comparison:1', title: SCHEMA_ID, ...schema }
}

const SCHEMA_ID = 'whyreset.comparison/1'

const change = z.enum(['gone', 'stayed', 'new', 'incomparable']).meta({
  id: 'change',
  description: 'incomparable: on one side only, and the other lacks the evidence that would show it.',
})

const matchedBy = z.enum(['endpoints', 'server', 'port', 'cause', 'kin']).meta({
  id: 'matchedBy',
  description:
    'What was taken for the same on both sides: the same addresses; the same server, whoever its clients are; the ' +
    'same port at another address; the same cause where no port could tell; kin: a cause named more or less precisely.',
})

const chanceSchema = z.object({
  unit: z
    .enum(['trigger-bursts', 'bursts'])
    .describe('Bursts that a collection set off, or resets no more than a second apart, counted once.'),
  before: count,
  after: count,
  per: z
    .enum(['collections', 'minutes', 'connections'])
    .describe('What the counts were held against. Absent where nothing was known on both sides.')
    .exactOptional(),
  pValue: probability
    .describe('Two-sided: Fisher for collections, else the exact test of Poisson rates.')
    .exactOptional(),
  couldBeChance: z.boolean(),
  pValueByConnections: probability
    .describe('The same held against the connections, where that was not the test.')
    .exactOptional(),
  wouldTell: z
    .object({
      collections: count.exactOptional(),
      minutes: amount.exactOptional(),
      connections: count.exactOptional(),
    })
    .describe('How long AFTER has to run without a single one to tell.')
    .exactOptional(),
})

const causeCount = z
  .object({
    client: z.string().exactOptional(),
    server: z.string().exactOptional(),
    connections: count,
    per1000Connections: amount.exactOptional(),
    perMinute: amount.exactOptional(),
  })
  .meta({
    id: 'causeCount',
    description: 'A zero was looked for; a side that could not be looked at is absent.',
  })

const causeChange = z.object({
  change,
  trend: z
    .enum(['higher', 'lower', 'same'])
    .describe('Of what stayed: whether its rate changed by more than chance allows.')
    .exactOptional(),
  cause,
  causeAfter: cause.exactOptional(),
  severity,
  resetBy,
  matchedBy: matchedBy.exactOptional(),
  before: causeCount.exactOptional(),
  after: causeCount.exactOptional(),
  chance: chanceSchema.exactOptional(),
  says: messageSchema,
})

const warningCount = z
  .object({
    process: z.string().exactOptional(),
    peer: z.string().exactOptional(),
    connections: count,
    growthPerMinute: z.number().exactOptional(),
  })
  .meta({ id: 'warningCount', description: 'Connections that pile up. A zero was looked for.' })

const warningChange = z.object({
  change,
  kind: warningKind,
  matchedBy: matchedBy.exactOptional(),
  before: warningCount.exactOptional(),
  after: warningCount.exactOptional(),
  couldBeChance: z
    .boolean()
    .describe('The side without it ran too short for as many to pile up.')
    .exactOptional(),
  wouldTellMinutes: amount.describe('How long that side has to run to tell.').exactOptional(),
  says: messageSchema,
})

const serviceCount = z
  .object({
    server: z.string(),
    connections: count,
    connectionsPerMinute: amount.exactOptional(),
    clients: count.describe('That opened them; no more than 256 are told apart.'),
    mostOfOneClient: count.describe('Connections of the client that opened most.'),
    medianSeconds: amount.describe('Half of the connections lived no longer.').exactOptional(),
    p90Seconds: amount.describe('Nine in ten lived no longer.').exactOptional(),
  })
  .meta({ id: 'serviceCount', description: 'How the connections of one service come and go.' })

const sideSchema = z
  .object({
    name: z.string().describe('As the user named it; absent when anonymous.').exactOptional(),
    verdict: messageSchema.describe('What the diagnosis of this side says.'),
    packets: count,
    connections: count,
    reset: count,
    refused: count,
    gracefullyClosed: count,
    open: count,
    minutes: amount.describe('Time that captures cover, overlaps once.').exactOptional(),
    connectionsPerMinute: amount.exactOptional(),
    socketTables: count,
  })
  .meta({ id: 'side', description: 'One of the two diagnoses.' })

/** The zod schema of `whyreset.comparison/1`. */
export const comparisonSchema = z
  .object({
    schema: z.literal(SCHEMA_ID),
    verdict: messageSchema.describe('The answer.'),
    before: sideSchema,
    after: sideSchema,
    causes: z.array(causeChange).describe('Ordered by severity, connections, cause.'),
    warnings: z.array(warningChange),
    services: z
      .array(z.object({ before: serviceCount, after: serviceCount, says: messageSchema }))
      .max(10)
      .describe('Connection churn: the services that both sides used, the busiest first.'),
    notes: z.array(messageSchema).describe('What limits the comparison.'),
  })
  .describe('What went away between two diagnoses, what stayed, and what is new.')

/** Fails to compile when the schema and core's type part ways, in either direction. */
export type ComparisonSchemaAgreesWithCore = Assert<
  Same<DeepReadonly<z.infer<typeof comparisonSchema>>, DeepReadonly<Comparison>>
>

type Assert<Claim extends true> = Claim
// The one form in which TypeScript compares types for identity instead of assignability.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- see above
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T

import { expect, test } from 'vitest'
import { analyze } from '../src/analyze.ts'
import type { Diagnosis } from '../src/diagnosis.ts'
import { connection, pcap } from './build/index.ts'
import { synFlood } from './evidence/flood.ts'
import { chunkedInput, fileInput } from './evidence/inputs.ts'
import { nonsense } from './evidence/sanity.ts'

/** Many turns' worth of judging. */
const RESETS = 2_500

const FLOOD = { name: 'flood.pcap', bytes: synFlood(RESETS, true) }

/** Judged before the answer: what all findings speak of. */
function judged({ findings }: Diagnosis): number {
  return findings.reduce((sum, { connections }) => sum + connections, 0)
}

/** Interrupted in the given pause of the analysis, the first of which follows the reading. */
function interruptedIn(pause: number): { pause: () => Promise<void>; isInterrupted: () => boolean } {
  let pauses = 0
  return {
    pause: async () => {
      pauses++
    },
    isInterrupted: () => pauses >= pause,
  }
}

test('an interruption while resets are judged answers with those that are, and counts all', async () => {
  const { diagnosis } = await analyze([fileInput(FLOOD)], interruptedIn(3))
  expect(nonsense(diagnosis, [FLOOD])).toEqual([])
  expect(judged(diagnosis)).toBeGreaterThan(0)
  expect(judged(diagnosis)).toBeLessThan(RESETS / 2)
  expect(diagnosis.incidents.length).toBe(judged(diagnosis))
  expect(diagnosis.incidents.length + diagnosis.summary.incidentsOmitted).toBeGreaterThan(0.99 * RESETS)
  expect(diagnosis.summary.refused).toBeGreaterThan(0.99 * RESETS)
  expect(diagnosis.verdict.text).toContain('at least')
})

test('an interruption while facts are derived ends the judging at its first pause', async () => {
  const { diagnosis } = await analyze([fileInput(FLOOD)], interruptedIn(1))
  expect(judged(diagnosis)).toBeGreaterThan(0)
  expect(judged(diagnosis)).toBeLessThan(RESETS / 2)
})

test('what was read by an interruption of the reading is judged whole', async () => {
  let isInterrupted = false
  const { diagnosis } = await analyze([chunkedInput(FLOOD, FLOOD.bytes.length / 2)], {
    isInterrupted: () => isInterrupted,
    onProgress: () => {
      isInterrupted = true
    },
  })
  expect(diagnosis.summary.packets).toBeLessThan(2 * RESETS)
  expect(judged(diagnosis)).toBeGreaterThan(0.4 * RESETS)
  expect(diagnosis.incidents.length + diagnosis.summary.incidentsOmitted).toBe(judged(diagnosis))
})

test('that all resets judged so far are harmless is not said of the others', async () => {
  const probes = Array.from({ length: RESETS / 2 }, (_, index) =>
    connection({ client: `10.0.0.1:${20_000 + index}`, server: '10.0.0.2:80', start: 1_700_000_000 + index })
      .handshake()
      .client.rstAck(),
  )
  const file = { name: 'probes.pcap', bytes: pcap(probes.flatMap(({ packets }) => packets)) }
  const { diagnosis } = await analyze([fileInput(file)], interruptedIn(2))
  expect(diagnosis.verdict).toMatchObject({
    id: 'verdict-partly-judged',
    values: { judged: judged(diagnosis), resets: RESETS / 2 },
  })
  expect((await analyze([fileInput(file)])).diagnosis.verdict.id).toBe('verdict-nothing-lost')
})

import { runInThisContext } from 'node:vm'
import { beforeAll, expect, test } from 'vitest'
import type * as core from '../src/index.ts'
import { bundle } from './evidence/bundle.ts'
import { connection, pcap } from './build/index.ts'
import { resetFlood, synFlood } from './evidence/flood.ts'
import { fileInput, streamInput } from './evidence/inputs.ts'
import { nonsense } from './evidence/sanity.ts'

const ATTEMPTS = 200_000
/** Established connections whose resets are all judged. */
const KEPT = 24_576
/** As the Diagnosis promises. */
const MAX_INCIDENTS = 10_000
/** Some of so many random addresses and ports meet again. */
const DISTINCT = 0.99
/** What a reader of the answer has to load. */
const MAX_JSON_CHARACTERS = 64e6

/** Bundled, since the test runner's module transform makes code that runs as often as this many times slower. */
let analyze: typeof core.analyze

beforeAll(async () => {
  analyze = (runInThisContext(`${await bundle()}; whyreset`) as typeof core).analyze
})

test('a flood of refused SYNs is answered with a bounded list, and counted whole', async () => {
  const file = { name: 'flood.pcap', bytes: synFlood(ATTEMPTS, true) }
  const { diagnosis } = await analyze([fileInput(file)])
  const { summary, incidents, findings } = diagnosis
  expect(nonsense(diagnosis, [file])).toEqual([])
  expect(summary.packets).toBe(2 * ATTEMPTS)
  expect(summary.raw.rstSegments).toBe(ATTEMPTS)
  expect(incidents.length).toBe(MAX_INCIDENTS)
  expect(incidents.length + summary.incidentsOmitted).toBeGreaterThan(DISTINCT * ATTEMPTS)
  expect(incidents.length + summary.incidentsOmitted).toBeLessThanOrEqual(ATTEMPTS)
  expect(findings.map(({ cause }) => cause)).toEqual(['connection-refused'])
  expect(JSON.stringify(diagnosis).length).toBeLessThan(MAX_JSON_CHARACTERS)
})

test('a flood of SYNs that nobody answers has no reset to explain', async () => {
  const file = { name: 'flood.pcap', bytes: synFlood(ATTEMPTS, false) }
  const { diagnosis } = await analyze([fileInput(file)])
  expect(nonsense(diagnosis, [file])).toEqual([])
  expect(diagnosis.summary.packets).toBe(ATTEMPTS)
  expect([diagnosis.findings, diagnosis.incidents]).toEqual([[], []])
})

test('what has no end and is nothing known is given up, and its supplier let go', async () => {
  let isEnded = false
  async function* zeros(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield new Uint8Array(1 << 20)
    } finally {
      isEnded = true
    }
  }
  const { diagnosis } = await analyze([{ name: '-', replay: false, open: zeros }])
  expect(diagnosis.inputs[0]?.problems.map(({ code }) => code)).toEqual(['unknown-format'])
  expect(isEnded).toBe(true)
})

test('a flood on a stream is answered as one in a file', async () => {
  const file = { name: 'flood.pcap', bytes: synFlood(ATTEMPTS / 50, true) }
  const [streamed, replayed] = [await analyze([streamInput(file)]), await analyze([fileInput(file)])]
  expect(JSON.stringify(streamed.diagnosis) === JSON.stringify(replayed.diagnosis)).toBe(true)
})

test('an incident between other ends, after more resets than are kept, is answered too', async () => {
  const flood = resetFlood(KEPT + 5_000)
  const lastSeconds = 1_700_000_000 + 60
  const other = [0, 1, 2].flatMap(
    (index) =>
      connection({ client: `10.9.0.1:${50_000 + index}`, server: '10.9.0.2:443', start: lastSeconds })
        .handshake()
        .client.send('hello')
        .at(1)
        .server.fin()
        .at(2)
        .client.ack()
        .client.send('too late')
        .server.rst({ window: 0 }).packets,
  )
  const bytes = new Uint8Array([...flood, ...pcap(other).subarray(24)])
  const { diagnosis } = await analyze([fileInput({ name: 'flood.pcap', bytes })])
  expect(diagnosis.findings).toContainEqual(
    expect.objectContaining({ server: '10.9.0.2:443', resetBy: 'server', connections: 3 }),
  )
  const flooded = diagnosis.findings.filter(({ server }) => server === '10.0.0.2:80')
  expect(flooded.map(({ resetBy }) => resetBy)).toEqual(['client'])
  expect(flooded[0]?.connections).toBeGreaterThan(KEPT)
  expect(diagnosis.summary.raw.rstSegments).toBe(KEPT + 5_003)
})

import { randomNumbers } from './random.mjs'

const SECOND = 1e9
const EPOCH = '2026-11-22T14:55:16.113000000Z'
const CLIENT = '10.0.0.1'
const SERVER = '10.0.0.2'
const CAUSES = ['garbage-collected', 'unread-data', 'idle-timeout-reset']

/**
 * Exhibits of a size, with the Diagnosis that they belong to, made of numbers alone: an hour in which bursts of resets
 * follow collections.
 * @param {{ points?: number, connections?: number, seed?: number }} options
 */
export function makeExhibits({ points = 1_000_000, connections = 10_000, seed = 1 } = {}) {
  const random = randomNumbers(seed)
  const hourNs = 3600 * SECOND
  const collections = makeCollections(random, hourNs, Math.min(4000, Math.ceil(points / 100)))
  const share = (part) => Math.round(points * part)
  const resets = near(random, collections.ends, share(0.2), hourNs)
  const logs = ['reset', 'broken-pipe', 'timeout', 'refused'].map((word, place) => {
    const times = near(random, collections.ends, share(0.1), hourNs)
    return {
      count: times.length,
      timesNs: deltas(times),
      input: 2 + (place % 2),
      word,
      line: times.map(() => 1),
    }
  })
  const refused = near(random, [], share(0.2), hourNs)
  const counts = makeCounts(random, share(0.2) - collections.starts.length)
  const incidents = makeIncidents(random, resets.slice(0, 10_000))
  const lanes = makeLanes(random, connections, hourNs)
  return {
    diagnosis: makeDiagnosis(incidents),
    exhibits: {
      schema: 'whyreset.exhibits/1',
      epoch: EPOCH,
      fromNs: 0,
      toNs: hourNs,
      addresses: [CLIENT, SERVER],
      timeline: {
        resets: {
          count: resets.length,
          timesNs: deltas(resets),
          incidents: deltas(incidents.map((_, index) => index)),
        },
        refused: { count: refused.length, timesNs: deltas(refused) },
        connections: { fromNs: 0, binNs: hourNs / counts.length, open: counts, opened: counts, share: 1 },
        collections: [
          {
            input: 1,
            runtime: 'jvm',
            collector: 'G1',
            count: collections.starts.length,
            startNs: deltas(collections.starts),
            lengthNs: collections.lengths,
            pauseUs: collections.lengths.map((ns) => Math.round(ns / 1000)),
            kind: collections.starts.map(() => 0),
            name: collections.starts.map(() => 0),
            names: ['Pause Young (Normal) (G1 Evacuation Pause)'],
            line: collections.starts.map(() => 1),
          },
        ],
        logs,
        kernelResets: [],
        triggers: [],
      },
      lanes,
      ladders: [],
      hosts: [],
      lines: [],
    },
  }
}

function makeCollections(random, hourNs, count) {
  const starts = []
  const lengths = []
  for (let index = 0; index < count; index++) {
    starts.push(Math.round(((index + random.next() * 0.8) * hourNs) / count))
    lengths.push(2_000_000 + random.below(20_000_000))
  }
  return { starts, lengths, ends: starts.map((start, index) => start + lengths[index]) }
}

/** Half of them within milliseconds of a collection, the others anywhere. */
function near(random, ends, count, hourNs) {
  const times = Array.from({ length: count }, () => {
    if (ends.length === 0 || random.next() < 0.5) return Math.floor(random.next() * hourNs)
    return Math.min(hourNs, ends[random.below(ends.length)] + random.below(3_000_000))
  })
  return times.toSorted((a, b) => a - b)
}

function makeCounts(random, count) {
  let open = 200
  return Array.from({ length: count }, () => (open = Math.max(0, open + random.below(11) - 5)))
}

function makeIncidents(random, times) {
  const epoch = BigInt(Date.parse(EPOCH)) * 1_000_000n
  return times.map((ns, index) => {
    const at = epoch + BigInt(ns)
    const iso = new Date(Number(at / 1_000_000n)).toISOString().slice(0, 19)
    return {
      id: `i${index}`,
      client: `${CLIENT}:${20_000 + (index % 40_000)}`,
      server: `${SERVER}:8080`,
      time: `${iso}.${String(at % 1_000_000_000n).padStart(9, '0')}Z`,
      resetBy: 'client',
      form: 'active',
      input: 0,
      frame: index + 1,
      stream: index,
      phase: 'response',
      cause: CAUSES[random.below(CAUSES.length)],
      ruledOut: [],
    }
  })
}

function makeLanes(random, count, hourNs) {
  const starts = Array.from({ length: count }, () => Math.floor(random.next() * hourNs * 0.97)).toSorted(
    (a, b) => a - b,
  )
  const lasts = starts.map(() => 1e8 + random.below(90 * SECOND))
  const none = starts.map(() => null)
  const outcome = starts.map(() => random.below(6))
  return {
    count,
    share: 1,
    firstNs: deltas(starts),
    lastNs: lasts,
    client: starts.map(() => 0),
    clientPort: starts.map((_, index) => 20_000 + (index % 40_000)),
    server: starts.map(() => 1),
    serverPort: starts.map(() => 8080 + random.below(4)),
    input: starts.map(() => 0),
    stream: starts.map((_, index) => index),
    frame: starts.map((_, index) => index + 1),
    outcome,
    incident: none,
    finding: none,
    ladder: none,
    synNs: starts.map(() => 0),
    synAckNs: starts.map(() => 200_000),
    establishedNs: starts.map(() => 300_000),
    clientFinNs: lasts.map((last, index) => (outcome[index] === 2 ? last : null)),
    serverFinNs: none,
    rsts: lasts.map((last, index) => (outcome[index] === 0 ? [last, 0] : [])),
    clientBytes: starts.map(() => random.below(1000)),
    serverBytes: starts.map(() => random.below(1e7)),
    clientSegments: starts.map(() => 10),
    serverSegments: starts.map(() => 10),
    clientData: lasts.map((last) =>
      [last * 0.1, last * 0.02, 200, last * 0.5, last * 0.02, 200].map(Math.round),
    ),
    serverData: lasts.map((last) =>
      [last * 0.15, last * 0.2, 9e4, last * 0.55, last * 0.1, 9e4].map(Math.round),
    ),
    clientZero: lasts.map((last, index) =>
      outcome[index] === 0 ? [last * 0.7, last * 0.29].map(Math.round) : [],
    ),
    serverZero: starts.map(() => []),
  }
}

function makeDiagnosis(incidents) {
  return {
    schema: 'whyreset.diagnosis/1',
    verdict: { id: 'made', values: {}, text: 'made of numbers' },
    inputs: [
      input('capture.pcap', 'capture', 'pcap'),
      input('gc.log', 'gc-log', 'jvm G1'),
      input('app.log', 'app-log', 'log'),
      input('other.log', 'app-log', 'log'),
    ],
    summary: {},
    findings: [],
    incidents,
    warnings: [],
  }
}

function input(path, kind, format) {
  return { path, kind, format, records: 1, problems: [] }
}

function deltas(values) {
  return values.map((value, index) => value - (values[index - 1] ?? 0))
}

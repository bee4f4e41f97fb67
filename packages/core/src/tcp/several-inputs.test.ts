import { describe, expect, test } from 'vitest'
import { connection, pcap, type Packet } from '../../test/build/index.ts'
import { fileInput, streamInput } from '../../test/evidence/inputs.ts'
import { analyze } from '../analyze.ts'
import { CaptureReader } from '../read-capture.ts'
import { RECORD_WORDS } from './reset-record.ts'
import { Tracker } from './tracker.ts'

const script = (clientIsn = 1000) =>
  connection({ client: '10.0.0.1:40000', server: '10.0.0.2:8080', isn: { client: clientIsn } })

interface Taken {
  readonly track: number
  readonly packets: readonly Packet[]
}

/** Reads captures as taken at their tracks; streams of each, as tshark would number it alone. */
function readTaken(captures: readonly Taken[]): { streams: number[]; tracker: Tracker } {
  const tracker = new Tracker(captures.length)
  const streams = captures.map(({ track, packets }, input) => {
    tracker.startInput(input, track, true)
    new CaptureReader('pcap', tracker).push(pcap(packets))
    return tracker.streams
  })
  tracker.finish()
  return { streams, tracker }
}

/** Streams of each file of a ring, and the connections of them all. */
function readRing(...files: readonly (readonly Packet[])[]): { streams: number[]; connections: number } {
  const { streams, tracker } = readTaken(files.map((packets) => ({ track: 0, packets })))
  return { streams, connections: tracker.life.totals().connections }
}

/** What is counted of captures taken at the same time at as many places. */
function countPlaces(...places: readonly (readonly Packet[])[]): ReturnType<Tracker['life']['totals']> {
  const { tracker } = readTaken(places.map((packets, track) => ({ track, packets })))
  return tracker.life.totals()
}

describe('a ring of files', () => {
  test('numbers a connection that goes on once in each file, and counts it once', () => {
    const { packets } = script().handshake().client.send('a').server.send('b')
    expect(readRing(packets.slice(0, 3), packets.slice(3))).toEqual({ streams: [1, 1], connections: 1 })
  })

  test('numbers ports used again in the next file once there, and counts two connections', () => {
    expect(readRing(script().handshake().packets, script(5).handshake().packets)).toEqual({
      streams: [1, 1],
      connections: 2,
    })
  })
})

test('what a finding cites of a ring is in the file that it names', async () => {
  const { packets } = script()
    .handshake()
    .client.send('GET /big HTTP/1.1\r\n\r\n')
    .server.send('HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n')
    .client.ack()
    .server.send(20_000)
    .client.rst()
  const files = [packets.slice(0, -1), packets.slice(-1)]
  const { diagnosis } = await analyze(
    files.map((file, index) => fileInput({ name: `ring-${index}.pcap`, bytes: pcap(file) })),
  )
  const [finding] = diagnosis.findings
  expect(finding?.connections).toBe(1)
  expect(finding?.proof.map((proof) => 'frame' in proof && proof.frame)).toEqual([1])
})

async function placesOf(...files: readonly (readonly Packet[])[]) {
  const { diagnosis } = await analyze(
    files.map((file, index) => streamInput({ name: `ring-${index}.pcap`, bytes: pcap(file) })),
  )
  return diagnosis.findings.map(({ cause, proof }) => ({
    cause,
    places: proof.map((each) => [each.input, 'frame' in each && each.frame]),
  }))
}

test('a TLS alert of an earlier file is known, and its frame is not cited of a later one', async () => {
  const clientHello = Uint8Array.of(0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0)
  const serverHello = Uint8Array.of(0x16, 3, 3, 0, 6, 2, 0, 0, 2, 3, 3)
  const sessionTicket = Uint8Array.of(0x17, 3, 3, 0, 3, 1, 2, 3)
  const fatalUnknownCa = Uint8Array.of(0x15, 3, 3, 0, 2, 2, 48)
  const { packets } = script()
    .handshake()
    .client.send(clientHello)
    .server.send(serverHello)
    .client.send(fatalUnknownCa)
    .server.send(sessionTicket)
    .client.rstAck()
  expect(await placesOf(packets)).toEqual([
    {
      cause: 'tls-failure',
      places: [
        [0, 8],
        [0, 6],
      ],
    },
  ])
  expect(await placesOf(packets.slice(0, -2), packets.slice(-2))).toEqual([
    { cause: 'tls-failure', places: [[1, 2]] },
  ])
})

interface Conversation {
  readonly isn?: { readonly client: number; readonly server: number }
  readonly port?: number
  readonly at?: number
  /** Requests that are answered, half a second each. */
  readonly exchanges?: number
}

/** Handshake (3 segments), exchanges of 2, and a reset by the client. */
function resetAfter({ isn, port = 40_000, at = 0, exchanges = 3 }: Conversation = {}): readonly Packet[] {
  const ends = { client: `10.0.0.1:${port}`, server: '10.0.0.2:8080' }
  const told = connection({ ...ends, isn: isn ?? { client: 1000, server: 500_000 } })
    .at(at)
    .handshake()
  for (let exchange = 0; exchange < exchanges; exchange++)
    told.after(0.5).client.send(100).after(0.001).server.send(2000)
  return told.after(0.1).client.rstAck().packets
}

/** As a clock shows it that is ahead by so many seconds. */
function aheadBy(seconds: number, packets: readonly Packet[]): readonly Packet[] {
  return packets.map(({ timeNs, bytes }) => ({ timeNs: timeNs + BigInt(seconds * 1e9), bytes }))
}

const ONE = { connections: 1, graceful: 0, reset: 1 }
const TWO = { connections: 2, graceful: 0, reset: 2 }
const WRAPPING = { client: 0xffff_ffa0, server: 0xffff_fc00 }

describe('a connection whose SYN one capture missed', () => {
  const whole = resetAfter()
  const late = whole.slice(5)

  test('is one where that capture began later, whichever is read first', () => {
    expect(countPlaces(whole, late)).toEqual(ONE)
    expect(countPlaces(late, whole)).toEqual(ONE)
  })

  test('is one where that capture dropped the SYN alone', () => {
    expect(countPlaces(whole, whole.slice(1))).toEqual(ONE)
  })

  test('is one where no capture has its beginning, and where three show it', () => {
    expect(countPlaces(late, late.slice(2))).toEqual(ONE)
    expect(countPlaces(late, late.slice(2), whole)).toEqual(ONE)
  })

  test('is one in a file that is given twice', () => {
    expect(countPlaces(late, late)).toEqual(ONE)
    const resetAlone = script().client.rst().packets
    expect(countPlaces(resetAlone, resetAlone)).toEqual(ONE)
  })

  test('is one where its sequence numbers wrap around', () => {
    const wrapping = resetAfter({ isn: WRAPPING })
    for (const from of [1, 3, 5, 7]) expect(countPlaces(wrapping, wrapping.slice(from))).toEqual(ONE)
  })

  test('is one by its sequence numbers where the clock of one capture is an hour ahead', () => {
    expect(countPlaces(whole, aheadBy(3600, late))).toEqual(ONE)
  })

  test('is one where each capture has one direction', () => {
    const fromClient = late.filter(({ bytes }) => bytes[20] === 40_000 >> 8)
    const fromServer = late.filter(({ bytes }) => bytes[20] === 8080 >> 8)
    expect(fromClient.length).toBeGreaterThan(0)
    expect(fromServer.length).toBeGreaterThan(0)
    expect(countPlaces(fromClient, fromServer)).toEqual(ONE)
  })

  test('is one where the capture that missed the SYN has the reset alone', () => {
    expect(countPlaces(whole, whole.slice(-1))).toEqual(ONE)
  })

  test('is one beside a ring of files in which it goes on', () => {
    const { tracker } = readTaken([
      { track: 0, packets: whole.slice(0, 4) },
      { track: 1, packets: late },
      { track: 0, packets: whole.slice(4) },
    ])
    expect(tracker.life.totals()).toEqual(ONE)
  })

  test('is not the one that had its ports before or after it', () => {
    // A second later, as Linux counts: 15.6 million (net/core/secure_seq.c seq_scale(), 64 ns each).
    const next = { isn: { client: 15_626_000, server: 16_125_000 }, at: 1.7 }
    const second = resetAfter(next)
    const both = [...whole, ...second]
    for (const missed of [[...late, ...second], [...whole, ...second.slice(5)], late, second.slice(5)])
      expect(countPlaces(both, missed)).toEqual(TWO)
    expect(countPlaces([...late, ...second], [...whole, ...second.slice(5)])).toEqual(TWO)
    // Each capture has one of them, by clocks that agree.
    expect(countPlaces(whole, resetAfter({ ...next, at: 10 }).slice(5))).toEqual(TWO)
  })

  test('is not another one of its own capture', () => {
    const later = resetAfter({ isn: { client: 1300, server: 506_000 }, at: 20 }).slice(5)
    expect(readRing(late, later).connections).toBe(2)
    const { tracker } = readTaken([
      { track: 0, packets: late },
      { track: 1, packets: late },
      { track: 0, packets: later },
      { track: 1, packets: later },
    ])
    expect(tracker.life.totals()).toEqual(TWO)
  })

  test('is told from all the others on ports that are used over and over', () => {
    const many = Array.from({ length: 100 }, (_, index) =>
      resetAfter({ isn: { client: 1 + index * 7000, server: 1 + index * 90_000 }, at: index * 3 }),
    )
    const missed = many.slice(50).flat().slice(5)
    expect(countPlaces(many.flat(), missed)).toEqual({ connections: 100, graceful: 0, reset: 100 })
  })

  test('is seen by both captures, as its record asks', () => {
    const { tracker } = readTaken([
      { track: 0, packets: whole },
      { track: 1, packets: late },
    ])
    const { resets, life } = tracker
    for (let record = 0; record < 2; record++)
      expect(life.sightings(resets.u32, record * RECORD_WORDS)).toEqual({ seen: 3, reset: 3 })
  })

  test('is told from as many others as a service has', () => {
    const many = Array.from({ length: 3000 }, (_, index) =>
      resetAfter({ port: 20_000 + index, at: index / 1000 }),
    )
    const places = [many, many.map((packets, index) => packets.slice(index % 7))]
    expect(countPlaces(...places.map((packets) => packets.flat())).connections).toBe(3000)
  })
})

test('as many connections are counted reset as there are incidents, where one capture began late', async () => {
  const told = [40_000, 40_001, 40_002].map((port) => resetAfter({ port }))
  const files = [told.flat(), told.flatMap((packets) => packets.slice(5))]
  const { diagnosis } = await analyze(
    files.map((packets, index) => fileInput({ name: `${index}.pcap`, bytes: pcap(packets) })),
  )
  const { summary, incidents } = diagnosis
  expect(incidents).toHaveLength(3)
  expect(summary).toMatchObject({ connections: 3, reset: 3, raw: { streams: 6, rstSegments: 6 } })
})

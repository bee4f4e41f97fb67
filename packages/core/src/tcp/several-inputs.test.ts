import { describe, expect, test } from 'vitest'
import { connection, pcap, type Packet } from '../../test/build/index.ts'
import { fileInput, streamInput } from '../../test/evidence/inputs.ts'
import { analyze } from '../analyze.ts'
import { CaptureReader } from '../read-capture.ts'
import { Tracker } from './tracker.ts'

const script = (clientIsn = 1000) =>
  connection({ client: '10.0.0.1:40000', server: '10.0.0.2:8080', isn: { client: clientIsn } })

/** Streams of each file of a ring, as tshark would number it alone, and the connections of them all. */
function readRing(...files: readonly (readonly Packet[])[]): { streams: number[]; connections: number } {
  const tracker = new Tracker(files.length)
  const streams = files.map((packets, input) => {
    tracker.startInput(input, 0, true)
    new CaptureReader('pcap', tracker).push(pcap(packets))
    return tracker.streams
  })
  tracker.finish()
  return { streams, connections: tracker.life.totals().connections }
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

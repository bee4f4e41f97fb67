import { expect, test } from 'vitest'
import { analyze } from '../src/analyze.ts'
import { connection, pcap, type Packet, type Script } from './build/index.ts'
import { evidenceFolders } from './evidence/folder.ts'
import { fileInput } from './evidence/inputs.ts'

const recorded = evidenceFolders('recorded')

function filesOf(name: string, wanted: (path: string) => boolean): ReturnType<typeof fileInput>[] {
  const files = recorded.find((folder) => folder.name === name)?.files ?? []
  return files.filter((file) => wanted(file.name)).map(fileInput)
}

test('connections that stalled with a full window are warned of from the capture alone', async () => {
  const { diagnosis } = await analyze(
    filesOf('java-lastmodified-g1', (path) => path.endsWith('capture.pcap')),
  )
  expect(diagnosis.warnings).toMatchObject([{ kind: 'stalled-reader', peer: '10.91.1.2:8080' }])
  expect(diagnosis.warnings[0]?.proof[0]).toHaveProperty('frame')
})

test('a socket table says it with the process, and only once', async () => {
  const { diagnosis } = await analyze(filesOf('java-lastmodified-g1', () => true))
  expect(diagnosis.warnings).toMatchObject([
    { kind: 'stalled-reader', peer: '10.91.1.2:8080', process: 'java' },
  ])
  expect(diagnosis.warnings).toHaveLength(1)
})

test('healthy traffic has nothing to warn of', async () => {
  const { diagnosis } = await analyze(filesOf('healthy-mixed-noreset', (path) => path.endsWith('.pcap')))
  expect(diagnosis.warnings).toEqual([])
})

/** Connections that wait to be closed. */
const rows = (users: string): string =>
  Array.from({ length: 25 }, (_, i) => `CLOSE-WAIT 1 0 10.0.0.1:${40_000 + i} 10.0.0.2:8080${users}\n`).join(
    '',
  )

async function warningsOf(users: string) {
  const bytes = new TextEncoder().encode(
    `State Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n${rows(users)}`,
  )
  return (await analyze([fileInput({ name: 'ss.txt', bytes })])).diagnosis.warnings
}

test('a table that names no process leaves it out, in the warning and in its proof', async () => {
  const [bare, ...others] = await warningsOf('')
  expect(others).toEqual([])
  expect(bare).toMatchObject({ kind: 'close-wait-leak', count: 25 })
  expect(bare).not.toHaveProperty('process')
  expect(bare?.proof[0]?.says).toEqual({
    id: 'proof-socket',
    values: { state: 'CLOSE-WAIT', recvQ: 1 },
    text: 'CLOSE-WAIT, Recv-Q 1',
  })
  const [unnamed] = await warningsOf(' users:(("",pid=812,fd=9))')
  expect(unnamed?.process).toBe('pid 812')
})

/** A download whose last segment is sent again at doubling intervals, and what else the capture holds until its end. */
function download(repeats: number): Script {
  const script = connection({ client: '10.0.0.1:40000', server: '10.0.0.2:8080' })
    .handshake()
    .client.send('GET /big HTTP/1.1\r\n\r\n')
    .server.send(1_000)
    .client.ack()
    .server.send(1_000, { lost: true })
  for (let repeat = 0; repeat < repeats; repeat++)
    script.after(0.2 * 2 ** repeat).server.send(1_000, { seq: (next) => next - 1_000, lost: true })
  return script
}

/** In an IPv4 header. */
const LAST_BYTE_OF_SOURCE = 15

const later = (seconds: number) =>
  connection({ client: '10.0.0.1:40001', server: '10.0.0.2:8081' }).at(seconds).handshake().packets

async function warningsIn(packets: readonly Packet[]) {
  return (await analyze([fileInput({ name: 'capture.pcap', bytes: pcap(packets) })])).diagnosis.warnings
}

test('a transfer that died without a reset is warned of, with the last repeat as proof', async () => {
  const { packets } = download(4)
  expect(await warningsIn([...packets, ...later(8)])).toMatchObject([
    {
      kind: 'unanswered-data',
      peer: '10.0.0.1',
      count: 1,
      oldestSeconds: 8,
      proof: [{ frame: packets.length, says: { values: { by: '10.0.0.2', repeats: 4 } } }],
    },
  ])
})

test('what was acknowledged in the end, repeated twice, or cut off by the end of the capture is no warning', async () => {
  const acknowledged = download(4).client.ack({ ack: (next) => next + 1_000 }).packets
  expect(await warningsIn([...acknowledged, ...later(8)])).toEqual([])
  expect(await warningsIn([...download(2).packets, ...later(8)])).toEqual([])
  expect(await warningsIn(download(4).packets)).toEqual([])
})

test('where only one direction was captured, nothing is known of acknowledgements', async () => {
  const ofServer = download(5).packets.filter(({ bytes }) => bytes[LAST_BYTE_OF_SOURCE] === 2)
  expect(ofServer.length).toBeGreaterThan(5)
  expect(await warningsIn([...ofServer, ...later(12)])).toEqual([])
})

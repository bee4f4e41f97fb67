import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { analyze } from '../src/analyze.ts'
import type { Input } from '../src/input.ts'
import { chunkedInput, fileInput, streamInput } from './evidence/inputs.ts'
import type { EvidenceFile } from './evidence/folder.ts'
import { nonsense } from './evidence/sanity.ts'

const RUNS = { numRuns: 500 }

/** Beginnings by which a kind is recognised, so that more than the recogniser gets to see the rest. */
const BEGINNINGS = [
  [],
  [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0],
  [0xa1, 0xb2, 0x3c, 0x4d, 0, 2, 0, 4],
  [0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0],
  [0x1f, 0x8b],
  [0x28, 0xb5, 0x2f, 0xfd],
  [0xff, 0xfe],
  [0xef, 0xbb, 0xbf],
]

/** Words of every text format that is read, to be put together by chance. */
const WORDS = [
  '[2026-11-22T14:55:15.199+0000]',
  '[0.202s]',
  '[2,048s]',
  '[info][gc]',
  '[gc,ref]',
  'GC(0) Pause Young (Normal) (G1 Evacuation Pause) 14M->12M(128M) 6.529ms',
  '[3071:0x1a5e1cb0]     1363 ms: Mark-Compact 7.6 (10.5) -> 6.0 (10.7) MB',
  'gc 1 @0.024s 0%: 0.038+0.54+0.027 ms clock',
  '7.599: [Full GC (System.gc()) 98321K->98112K(9306112K), 0.6492397 secs]',
  'State Recv-Q Send-Q Local Address:Port Peer Address:Port Process',
  'ESTAB 0 0 10.0.0.1:40000 [::ffff:10.0.0.2]:80 users:(("java",pid=1,fd=2))',
  'CLOSE-WAIT 99999999999 1',
  'tcp 0 0 10.0.0.1.80 10.0.0.2.40000 TIME_WAIT',
  '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000',
  'java-1 [000] ..s.. 1.5: tcp_send_reset: src=10.0.0.1:80 dest=10.0.0.2:4 state=TCP_CLOSE reason=TCP_STATE',
  '# wall_minus_trace_clock: 1e308',
  'TcpExtTCPAbortOnClose 5 0.0',
  '{"schema":"whyreset.evidence/1","targets":[',
  '{"level":50,"time":1795358809000,"msg":"read ECONNRESET"}',
  '2026/11/22 15:19:51 [error] 7#7: *1 recv() failed (104: Connection reset by peer)',
  'Nov 22 15:19:51 host java: java.net.SocketException: Connection reset',
  '\tat java.base/java.net.SocketInputStream.read(SocketInputStream.java:186)',
  '==> app.log <==',
  '9'.repeat(400),
  '-',
  '\u0000',
  '\ud800',
]

const bytes = fc
  .tuple(fc.constantFrom(...BEGINNINGS), fc.uint8Array({ maxLength: 3000 }))
  .map(([start, rest]) => Uint8Array.from([...start, ...rest]))

const words = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...WORDS), fc.string()), fc.constantFrom(' ', '', '\n', '\r\n')), {
    maxLength: 60,
  })
  .map((parts) => new TextEncoder().encode(parts.map((pair) => pair.join('')).join('')))

/** Names that say a time or a kind, rightly or wrongly. */
const names = fc.constantFrom(
  '-',
  'gc.log',
  'sockets/ss-cli-20261122T145521.190Z.txt',
  'ss-99999999T999999Z',
  '',
)

const files: fc.Arbitrary<EvidenceFile[]> = fc.array(
  fc.record({ name: names, bytes: fc.oneof(bytes, words, fc.constant(new Uint8Array(0))) }),
  { maxLength: 3 },
)

test('any bytes and texts are answered, and the answer makes sense', async () => {
  await fc.assert(
    fc.asyncProperty(files, async (given) => {
      const { diagnosis } = await analyze(given.map(fileInput))
      expect(nonsense(diagnosis, given)).toEqual([])
    }),
    RUNS,
  )
})

test('any bytes and texts are answered alike from a file, from chunks and on a stream', async () => {
  await fc.assert(
    fc.asyncProperty(files, fc.integer({ min: 1, max: 100 }), async (given, chunkBytes) => {
      const { diagnosis } = await analyze(given.map(fileInput))
      const chunked = await analyze(given.map((file) => chunkedInput(file, chunkBytes)))
      const streamed = await analyze(given.map((file) => streamInput(file, chunkBytes)))
      expect(chunked.diagnosis).toEqual(diagnosis)
      expect(streamed.diagnosis).toEqual(diagnosis)
    }),
    RUNS,
  )
})

test('any times and zones asked for are answered', async () => {
  const times = fc.double()
  const option = fc.option(times, { nil: undefined })
  const question = fc.record(
    { fromUnixMs: option, toUnixMs: option, logZoneMinutes: option, gcStartMs: option },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(files, question, async (given, asked) => {
      const options = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined))
      const { diagnosis } = await analyze(given.map(fileInput), options)
      expect(nonsense(diagnosis, given)).toEqual([])
    }),
    RUNS,
  )
})

describe('an input that fails', () => {
  const whole: EvidenceFile = {
    name: 'whole',
    bytes: new TextEncoder().encode('[0.2s][info][gc] Using G1\n'),
  }
  const failing = (open: Input['open']): Input => ({ ...fileInput(whole), name: 'failing', open })
  const cases: readonly (readonly [string, Input])[] = [
    [
      'to open',
      failing(() => {
        throw new Error('EACCES')
      }),
    ],
    [
      'at its first byte',
      // oxlint-disable-next-line require-yield -- fails before anything is there
      failing(async function* () {
        throw new Error('EIO')
      }),
    ],
    [
      'in the middle',
      failing(async function* () {
        yield whole.bytes
        throw new Error('EIO')
      }),
    ],
  ]

  test.each(cases)('%s is named, and the others are read', async (_, input) => {
    const { diagnosis } = await analyze([input, fileInput(whole)])
    const [failed, read] = diagnosis.inputs
    expect(failed?.problems.map(({ code }) => code)).toEqual(['unreadable-input'])
    expect(read?.problems).toEqual([])
  })
})

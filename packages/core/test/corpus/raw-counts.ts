import { CaptureReader } from '../../src/read-capture.ts'
import { looksLikePcap } from '../../src/read/pcap.ts'
import { formatIpv4 } from '../../src/tcp/address-text.ts'
import * as R from '../../src/tcp/reset-record.ts'
import * as L from '../../src/tcp/row.ts'
import { Tracker } from '../../src/tcp/tracker.ts'

/** What must agree with tshark, before captures of the same connection are joined. */
export interface RawCounts {
  readonly streams: number
  readonly rstSegments: number
  /** `frame sender stream`, in order; copies of a segment seen on a second interface are not kept one by one. */
  readonly resets: readonly string[]
}

/** Reads one capture through the tracker, in chunks of a size that no record respects. */
export function rawCounts(capture: Uint8Array): RawCounts {
  const tracker = new Tracker(1)
  tracker.startInput(0, 0, true)
  const reader = new CaptureReader(looksLikePcap(capture) ? 'pcap' : 'pcapng', tracker)
  for (let at = 0; at < capture.length; at += CHUNK_BYTES) reader.push(capture.subarray(at, at + CHUNK_BYTES))
  const { streams, rstSegments } = reader.end()
  tracker.finish()
  return { streams, rstSegments, resets: resetsOf(tracker) }
}

const CHUNK_BYTES = 9973

function resetsOf({ resets, addresses }: Tracker): string[] {
  const found: { frame: number; says: string }[] = []
  for (let record = 0; record < resets.count; record++) {
    const row = resets.u32.subarray(record * R.RECORD_WORDS, (record + 1) * R.RECORD_WORDS)
    for (let at = (row[R.U_FIRST_RST] ?? 0) - 1; at >= 0; at = (resets.rstU32[at + R.R_NEXT] ?? 0) - 1) {
      const fromB = ((resets.rstU32[at + R.R_SHAPE] ?? 0) & R.RST_DIRECTION_B) !== 0
      const address = row[fromB ? L.U_ADDRESS_B : L.U_ADDRESS_A] ?? 0
      const isIpv6 = ((row[L.U_META] ?? 0) & 256) !== 0
      const ports = row[L.U_PORTS] ?? 0
      const sender = `${isIpv6 ? addresses.text(address) : formatIpv4(address)} ${fromB ? ports & 0xffff : ports >>> 16}`
      const frame = resets.rstU32[at + R.R_FRAME] ?? 0
      found.push({ frame, says: `${frame} ${sender} ${row[L.U_STREAM] ?? 0}` })
    }
  }
  return found.toSorted((a, b) => a.frame - b.frame).map(({ says }) => says)
}

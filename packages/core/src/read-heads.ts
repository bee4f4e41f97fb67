import { NO_HEADS } from './derive/build-facts.ts'
import type { Heads } from './derive/sightings.ts'
import type { Input } from './input.ts'
import { HEAD_BYTES } from './tcp/heads.ts'
import { placeOfHeadAhead } from './tcp/heads-ahead.ts'
import * as R from './tcp/reset-record.ts'
import * as L from './tcp/row.ts'
import { MAX_RECORDS_WITH_HEADS } from './tcp/table-limits.ts'
import type { Tracker } from './tcp/tracker.ts'

/** Latest of each direction, then first of each direction. */
const HEADS_PER_RECORD = 4

/**
 * Reads the heads of exchanges that the rows only remember the place of, into one piece of memory, as far as another
 * thread has not read them already.
 */
export async function readHeads(
  inputs: readonly Input[],
  tracker: Tracker,
): Promise<(record: number) => Heads> {
  const { u32, f64 } = tracker.resets
  const count = Math.min(tracker.resets.count, MAX_RECORDS_WITH_HEADS)
  // Negative: in the memory that two threads share.
  const starts = new Int32Array(count * HEADS_PER_RECORD)
  const lengths = new Uint16Array(count * HEADS_PER_RECORD)
  let slab = new Uint8Array(HEAD_BYTES * 256)
  let used = 0
  const memory = tracker.plain.sharedMemory
  const shared = memory === undefined ? EMPTY : new Uint8Array(memory.buffer)
  for (let record = 0; record < count; record++) {
    const at = record * R.RECORD_WORDS
    const input = inputs[u32[at + L.U_INPUT] ?? 0]
    if (input?.readAt === undefined) continue
    if (used + HEADS_PER_RECORD * HEAD_BYTES > slab.length) slab = grown(slab)
    const wanted = mayBeTls(u32, at) ? HEADS_PER_RECORD : HEADS_PER_RECORD / 2
    for (let which = 0; which < wanted; which++) {
      const d = at + L.COMMON_WORDS + (which & 1) * L.DIRECTION_WORDS
      const isFirst = which > 1
      const offset = f64[d / 2 + (isFirst ? L.F_FIRST_HEAD_OFFSET : L.F_HEAD_OFFSET)] ?? Number.NaN
      const kept = (u32[d + (isFirst ? L.U_FIRST_HEAD_BYTES : L.U_HEAD_BYTES)] ?? 0) & ~L.HEAD_IS_HTTP
      const length = Math.min(kept, HEAD_BYTES)
      if (length === 0 || !Number.isFinite(offset)) continue
      const slot = record * HEADS_PER_RECORD + which
      const latest = slot - 2
      // Most connections have one exchange: its head is both the latest and the first.
      if (isFirst && offset === f64[d / 2 + L.F_HEAD_OFFSET] && length === lengths[latest]) {
        starts[slot] = starts[latest] ?? 0
        lengths[slot] = length
        continue
      }
      if (memory !== undefined && !isFirst) {
        const place = placeOfHeadAhead(memory, record, which, offset, length)
        if (place >= 0) {
          starts[slot] = -place
          lengths[slot] = length
          continue
        }
      }
      const room = slab.subarray(used, used + length)
      const reading = readSome(input, offset, room)
      // Awaiting what is there already would take as long again as the reading.
      const bytes = reading instanceof Uint8Array ? reading : await reading
      if (bytes.buffer !== room.buffer) room.set(bytes)
      starts[slot] = used
      lengths[slot] = bytes.length
      used += bytes.length
    }
  }
  const kept = (record: number, which: number): Uint8Array => {
    const slot = record * HEADS_PER_RECORD + which
    const start = starts[slot] ?? 0
    const length = lengths[slot] ?? 0
    if (length === 0) return EMPTY
    return start < 0 ? shared.subarray(-start, -start + length) : slab.subarray(start, start + length)
  }
  return (record) => {
    if (record >= count) return NO_HEADS
    const input = inputs[u32[record * R.RECORD_WORDS + L.U_INPUT] ?? 0]
    const { recordHeads } = tracker
    if (input?.readAt === undefined)
      return [
        recordHeads.get(record, 0),
        recordHeads.get(record, 1),
        recordHeads.get(record, 2),
        recordHeads.get(record, 3),
      ]
    return [kept(record, 0), kept(record, 1), kept(record, 2), kept(record, 3)]
  }
}

/** Only of TLS the very first payloads tell more than the latest heads. */
function mayBeTls(u32: Uint32Array, at: number): boolean {
  const alertFrame = at + L.COMMON_WORDS + L.U_ALERT_FRAME
  return (
    ((u32[at + L.U_STATE] ?? 0) & L.STATE_TLS) !== 0 ||
    (u32[alertFrame] ?? 0) > 0 ||
    (u32[alertFrame + L.DIRECTION_WORDS] ?? 0) > 0
  )
}

/** A file that shrank meanwhile costs its request lines, not the answer. */
function readSome(input: Input, offset: number, room: Uint8Array): Uint8Array | Promise<Uint8Array> {
  const { length } = room
  try {
    const bytes = input.readAt?.(offset, length, room) ?? EMPTY
    return bytes instanceof Uint8Array ? upTo(length, bytes) : orNothing(bytes, length)
  } catch {
    return EMPTY
  }
}

async function orNothing(reading: Promise<Uint8Array>, length: number): Promise<Uint8Array> {
  try {
    return upTo(length, await reading)
  } catch {
    return EMPTY
  }
}

function upTo(length: number, bytes: Uint8Array): Uint8Array {
  return bytes.length > length ? bytes.subarray(0, length) : bytes
}

const EMPTY = new Uint8Array(0)

function grown(slab: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(slab.length * 2)
  larger.set(slab)
  return larger
}

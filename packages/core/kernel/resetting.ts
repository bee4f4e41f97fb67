/*
 * The RST that ends an established connection, or refuses a SYN: what `recordReset` of `tcp/reset-recording.ts` does for
 * the first one of a connection. The segment is that of `C_RECORD`.
 */
import * as K from '../src/tcp/kernel-layout'
import * as R from '../src/tcp/reset-record'
import * as L from '../src/tcp/row'
import * as S from '../src/tcp/segment-limits'
import * as T from '../src/tcp/table-limits'
import * as Closing from './closing'
import * as Events from './events'
import * as Handshake from './handshake'
import { partOf, setF, setU, u } from './memory'
import { directionOf, flagsIn, headerBytesIn, is, payloadIn, r } from './prepared'
import * as Rows from './rows'
import * as Segment from './segment'
import * as Tallies from './tallies'

const ROW_BYTES: i32 = L.ROW_WORDS << 2
const RECORD_BYTES: i32 = R.RECORD_WORDS << 2
const RST_BYTES: i32 = R.RST_WORDS << 2
/** Time stamps as nearly every stack writes them, and no other option. */
const TIMESTAMPS_BYTES: i32 = 12

/** Takes the first RST of a connection. False, and nothing done, when it is for the general rules. */
export function take(row: i32): bool {
  const record = load<i32>(K.C_RECORD)
  const direction = directionOf(record)
  const shape = r(record, K.R_SHAPE)
  const headerBytes = headerBytesIn(shape)
  const tcp = r(record, K.R_AT)
  const vantage = load<i32>(K.C_VANTAGE)
  const isRefusal = Handshake.isSynAlone(row, direction)
  const hasTimestamps =
    is(record, K.HAS_TIMESTAMPS) &&
    headerBytes == S.TCP_HEADER_BYTES + TIMESTAMPS_BYTES &&
    tcp + headerBytes <= r(record, K.R_SEGMENT_END)
  if (
    !(isRefusal ? canRefuse(vantage) : isOpen(row, direction, vantage)) ||
    !(hasTimestamps || headerBytes == S.TCP_HEADER_BYTES) ||
    u(row, L.U_INPUT) != load<i32>(K.C_INPUT) ||
    u(row, L.U_RECORD) != 0 ||
    load<i32>(K.C_KEEP_HEADS) != 0 ||
    load<i32>(K.C_SUMS_UP) == 0 ||
    load<i32>(K.C_RSTS) >= T.MAX_RSTS ||
    !Rows.canClose()
  )
    return false

  if (isRefusal) {
    change(K.C_RESET_ATTEMPTS)
    Handshake.noteFirst(row, direction, r(record, K.R_SEQ) - 1, vantage)
  } else change(K.C_RESETS_ESTABLISHED)
  const timeNs = load<f64>(K.C_TIME_NS)
  const kept = snapshot(row)
  setU(row, L.U_STATE, u(row, L.U_STATE) | L.STATE_RST)
  const rst = K.RSTS_AT + load<i32>(K.C_RSTS) * RST_BYTES
  setU(kept, R.U_FIRST_RST, (load<i32>(K.C_RSTS) << 4) + 1)
  setU(kept, R.U_RST_COUNT, 1)
  change(K.C_RSTS)
  change(K.C_RST_SEGMENTS)
  const options = hasTimestamps ? R.RST_TIMESTAMPS | R.RST_OPTIONS : 0
  const ip = r(record, K.R_IP)
  setU(rst, R.R_NEXT, 0)
  setU(rst, R.R_FRAME, load<i32>(K.C_FRAME))
  setU(rst, R.R_SEQ, r(record, K.R_SEQ))
  setU(rst, R.R_ACK, r(record, K.R_ACK))
  setU(rst, R.R_WINDOW, r(record, K.R_WINDOW) & 0xffff)
  setU(rst, R.R_SHAPE, flagsIn(shape) | options | (R.RST_DIRECTION_B & -direction))
  setU(rst, R.R_IP, (ip & 0xffff_0000) | (ip & 0xff))
  setU(rst, R.R_INTERFACE, vantage)
  setU(rst, R.R_PAYLOAD, payloadIn(shape))
  setU(rst, R.R_TSVAL, hasTimestamps ? r(record, K.R_TSVAL) : 0)
  setU(rst, R.R_INPUT, load<i32>(K.C_INPUT))
  const fileOffset = load<f64>(K.C_FILE_OFFSET) - <f64>K.WINDOW_AT
  setF(rst, R.R_PAYLOAD_OFFSET, fileOffset + <f64>(tcp + headerBytes))
  setF(rst, R.R_TIME_NS, timeNs)
  const closed = Closing.close(row, r(record, K.R_TAG), timeNs)
  setU(kept, R.U_FINAL_STATE, u(closed, L.U_STATE) & ~L.STATE_SUMMED)
  return true
}

/** Established, of a service whose sums are here, and followed where the RST was captured. */
function isOpen(row: i32, direction: i32, vantage: i32): bool {
  return (
    (u(row, L.U_STATE) & (Segment.NEEDED | Segment.REFUSED)) == Segment.NEEDED &&
    Segment.homeOf(row, direction) == vantage &&
    load<i32>(K.C_RESETS_ESTABLISHED) < T.MAX_ESTABLISHED_RESETS &&
    Tallies.hasSumsOf(row)
  )
}

/** What is refused is summed up by the general rules. */
function canRefuse(vantage: i32): bool {
  return vantage > 0 && load<i32>(K.C_RESET_ATTEMPTS) < T.MAX_RESET_ATTEMPTS && Events.hasRoom(1)
}

/** A record with a copy of the row, which is given its number. */
function snapshot(row: i32): i32 {
  const count = load<i32>(K.C_RESETS)
  const kept = K.RESETS_AT + count * RECORD_BYTES
  memory.copy(kept, row, ROW_BYTES)
  memory.fill(kept + ROW_BYTES, 0, RECORD_BYTES - ROW_BYTES)
  setU(kept, R.U_TRACK, load<i32>(K.C_TRACK))
  setU(row, L.U_RECORD, count + 1)
  change(K.C_RESETS)
  return kept
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function change(counter: i32): void {
  store<i32>(counter, load<i32>(counter) + 1)
}

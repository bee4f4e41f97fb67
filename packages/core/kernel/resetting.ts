/*
 * The RST that ends an established connection: what `recordReset` of `tcp/reset-recording.ts` does for the first one of
 * a connection. The segment is that of `C_RECORD`.
 */
import * as K from '../src/tcp/kernel-layout'
import * as R from '../src/tcp/reset-record'
import * as L from '../src/tcp/row'
import * as S from '../src/tcp/segment-limits'
import * as T from '../src/tcp/table-limits'
import * as Closing from './closing'
import { setF, setU, u } from './memory'
import { directionOf, flagsIn, headerBytesIn, is, payloadIn, r } from './prepared'
import * as Rows from './rows'
import * as Segment from './segment'
import * as Tallies from './tallies'

const ROW_BYTES: i32 = L.ROW_WORDS << 2
const RECORD_BYTES: i32 = R.RECORD_WORDS << 2
const RST_BYTES: i32 = R.RST_WORDS << 2
/** Time stamps as nearly every stack writes them, and no other option. */
const TIMESTAMPS_BYTES: i32 = 12

/** Takes the first RST of an open connection. False, and nothing done, when it is for the general rules. */
export function take(row: i32): bool {
  const record = load<i32>(K.C_RECORD)
  const direction = directionOf(record)
  const shape = r(record, K.R_SHAPE)
  const headerBytes = headerBytesIn(shape)
  const tcp = r(record, K.R_AT)
  const state = u(row, L.U_STATE)
  const hasTimestamps =
    is(record, K.HAS_TIMESTAMPS) &&
    headerBytes == S.TCP_HEADER_BYTES + TIMESTAMPS_BYTES &&
    tcp + headerBytes <= r(record, K.R_SEGMENT_END)
  if (
    (state & (Segment.NEEDED | Segment.REFUSED)) != Segment.NEEDED ||
    !(hasTimestamps || headerBytes == S.TCP_HEADER_BYTES) ||
    u(row, L.U_INPUT) != load<i32>(K.C_INPUT) ||
    Segment.homeOf(row, direction) != load<i32>(K.C_VANTAGE) ||
    u(row, L.U_RECORD) != 0 ||
    load<i32>(K.C_KEEP_HEADS) != 0 ||
    load<i32>(K.C_SUMS_UP) == 0 ||
    load<i32>(K.C_RESETS_ESTABLISHED) >= T.MAX_ESTABLISHED_RESETS ||
    load<i32>(K.C_RSTS) >= T.MAX_RSTS ||
    !Rows.canClose() ||
    !Tallies.hasSumsOf(row)
  )
    return false

  const timeNs = load<f64>(K.C_TIME_NS)
  const kept = snapshot(row)
  setU(row, L.U_STATE, state | L.STATE_RST)
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
  setU(rst, R.R_INTERFACE, load<i32>(K.C_VANTAGE))
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

/** A record with a copy of the row, which is given its number. */
function snapshot(row: i32): i32 {
  const count = load<i32>(K.C_RESETS)
  const kept = K.RESETS_AT + count * RECORD_BYTES
  memory.copy(kept, row, ROW_BYTES)
  memory.fill(kept + ROW_BYTES, 0, RECORD_BYTES - ROW_BYTES)
  setU(kept, R.U_TRACK, load<i32>(K.C_TRACK))
  setU(row, L.U_RECORD, count + 1)
  change(K.C_RESETS)
  change(K.C_RESETS_ESTABLISHED)
  return kept
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function change(counter: i32): void {
  store<i32>(counter, load<i32>(counter) + 1)
}

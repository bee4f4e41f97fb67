/*
 * AssemblyScript, compiled to WebAssembly by scripts/kernel.mjs: the short way for what most records of most captures
 * are, a segment that begins a connection, moves it on or ends it in order. It does nothing that `tcp/follow.ts` would
 * not do for the same segment, and gives everything else back to it.
 *
 * A packet is prepared (`prepare.ts`), its row is looked up (`touch.ts`), and then it is taken: each step for a group,
 * so that the memory that one packet waits for is fetched while others are worked on.
 */
import * as K from '../src/tcp/kernel-layout'
import * as L from '../src/tcp/row'
import * as S from '../src/tcp/segment-limits'
import * as Events from './events'
import { ACK, FIN, RST, SYN } from './flags'
import * as Handshake from './handshake'
import { f, partOf, rowOf, setU, u } from './memory'
import * as Milestones from './milestones'
import { prepare } from './prepare'
import { directionOf, flagsIn, is, payloadIn, r, timeOf } from './prepared'
import * as Resetting from './resetting'
import * as Segment from './segment'
import { openRow } from './slots'
import { GROUP_BYTES, nameOfTouched, touch, touchEnded } from './touch'

export { prepare }

const ORDINARY: i32 = ((SYN | FIN | RST | ACK) << 24) | K.IS_ALERT

/**
 * Takes records as long as they hold what the kernel knows: what is prepared already, then, unless that is done
 * elsewhere, those of the window from `start`. Returns where the first one begins that it did not take, or where the
 * one that ended the run ends. Places are absolute.
 */
export function run(start: i32, end: i32): i32 {
  let position = start
  let record = load<i32>(K.C_RECORDS_FROM)
  let to = load<i32>(K.C_RECORDS_TO)
  let touched = load<i32>(K.C_LOOKED_UP_TO)
  let status = K.STATUS_END
  touchEnded(load<i32>(K.C_LISTED_FROM), load<i32>(K.C_LISTED_TO))
  store<i32>(K.C_LISTED_FROM, load<i32>(K.C_LISTED_TO))
  for (;;) {
    if (record == to) {
      if (load<i32>(K.C_PREPARED_AHEAD) != 0) break
      record = K.RECORDS_AT
      touched = record
      to = prepare(K.OWN_LAYOUT_AT, position, end, record, K.OWN_RECORDS, false)
      if (record == to) {
        status = load<i32>(K.OWN_LAYOUT_AT + K.P_STATUS)
        break
      }
      touchEnded(K.RECORDS_AT + K.OWN_RECORDS * K.RECORD_BYTES, load<i32>(K.OWN_LAYOUT_AT + K.P_LISTED_TO))
    }
    if (record == touched) {
      touched = min(record + GROUP_BYTES, to)
      touch(record, touched)
    }
    const stopped = takePlain(record, touched)
    if (stopped != record) position = r(stopped - K.RECORD_BYTES, K.R_NEXT)
    record = stopped
    if (record == touched) continue
    if (is(record, K.IS_UNUSUAL)) {
      status = K.STATUS_UNUSUAL
      break
    }
    position = r(record, K.R_NEXT)
    const isTaken = takeSeldom(record)
    record += K.RECORD_BYTES
    if (!isTaken) {
      status = K.STATUS_SEGMENT
      break
    }
  }
  store<i32>(K.C_STATUS, status)
  store<i32>(K.C_RECORDS_FROM, record)
  store<i32>(K.C_RECORDS_TO, to)
  store<i32>(K.C_LOOKED_UP_TO, touched)
  return position
}

/** A segment that has its place in the life of every connection, but is not one of many. */
function takeSeldom(record: i32): bool {
  const row = load<i32>(K.C_OPEN_ROW)
  const timeNs = timeOf(record)
  store<i32>(K.C_RECORD, record)
  store<i32>(K.C_FRAME, load<i32>(K.C_FRAME) + 1)
  store<f64>(K.C_TIME_NS, timeNs)
  if (timeNs > load<f64>(K.C_LAST_NS)) store<f64>(K.C_LAST_NS, timeNs)
  else if (timeNs < load<f64>(K.C_FIRST_NS)) store<f64>(K.C_FIRST_NS, timeNs)
  const flags = flagsIn(r(record, K.R_SHAPE))
  if ((flags & SYN) != 0) return Handshake.take(row)
  if (row == 0) return false
  return (flags & RST) != 0 ? Resetting.take(row) : Milestones.take(row)
}

/**
 * The loop over segments that follow in order and only move their connection on. It calls nothing, so that its numbers
 * stay in registers.
 * Returns the first record that is another, whose open row it leaves.
 */
function takePlain(from: i32, to: i32): i32 {
  const track = load<i32>(K.C_TRACK)
  const input = load<i32>(K.C_INPUT)
  const vantage = load<i32>(K.C_VANTAGE)
  const keepsHeads = load<i32>(K.C_KEEP_HEADS) != 0
  const fileOffset = load<f64>(K.C_FILE_OFFSET) - <f64>K.WINDOW_AT
  let frame = load<i32>(K.C_FRAME)
  let timeNs = load<f64>(K.C_TIME_NS)
  let firstNs = load<f64>(K.C_FIRST_NS)
  let lastNs = load<f64>(K.C_LAST_NS)
  let record = from
  let row = 0
  for (; record < to; record += K.RECORD_BYTES) {
    const key = i32x4.replace_lane(v128.load(record), 3, track)
    const name = nameOfTouched(record)
    row = rowOf(name)
    if ((<i32>(name == 0) | <i32>v128.any_true(v128.xor(v128.load(row), key))) != 0)
      row = openRow(r(record, K.R_TAG), key)
    if (row == 0) break
    const direction = directionOf(record)
    const d = partOf(row, direction)
    const state = u(row, L.U_STATE)
    const words = v128.load(record + K.R_SEQ)
    const seq = i32x4.extract_lane(words, 0)
    const shape = i32x4.extract_lane(words, 2)
    const payload = payloadIn(shape)
    const scaled = i32x4.extract_lane(words, 3) << (u(d, L.U_OPTIONS) & 0xf)
    const window = u(d, L.U_WINDOW)
    const ipWord = u(d, L.U_IP)
    const now = timeOf(record)
    // All in one: each of these alone can be foreseen, but takes its place among the branches.
    const unlike =
      ((shape & ORDINARY) ^ (ACK << 24)) |
      (u(row, L.U_INPUT) ^ input) |
      (Segment.homeOf(row, direction) ^ vantage) |
      ((ipWord ^ r(record, K.R_IP)) & 0xff) |
      <i32>!Segment.isPlainState(state, direction) |
      (seq ^ u(d, L.U_NEXT)) |
      (<i32>(scaled == 0) ^ <i32>(window == 0)) |
      <i32>(now - f(row, L.F_LAST_NS) > <f64>S.MIN_SILENCE_NS) |
      <i32>(load<i64>(row, L.F_SILENCE_NS << 3) != 0)
    if (unlike != 0 || (keepsHeads && !Events.hasRoom(1))) break
    frame++
    timeNs = now
    if (timeNs > lastNs) lastNs = timeNs
    else if (timeNs < firstNs) firstNs = timeNs
    Segment.noteSent(row, d, seq + payload, payload, payload, timeNs)
    let changed = Segment.noteTurn(
      row,
      d,
      direction,
      state,
      record,
      payload,
      timeNs,
      fileOffset,
      frame,
      keepsHeads,
    )
    const ack = i32x4.extract_lane(words, 1)
    // Written in any case: which segments acknowledge something new cannot be foreseen.
    const acked = u(d, L.U_ACKED)
    setU(d, L.U_ACKED, select<i32>(ack, acked, ack - acked > 0))
    changed = Segment.noteHeader(d, direction, changed, record, seq, payload, scaled, window, frame, ipWord)
    setU(row, L.U_STATE, changed)
  }
  store<i32>(K.C_OPEN_ROW, row)
  store<i32>(K.C_FRAME, frame)
  store<f64>(K.C_TIME_NS, timeNs)
  store<f64>(K.C_FIRST_NS, firstNs)
  store<f64>(K.C_LAST_NS, lastNs)
  return record
}

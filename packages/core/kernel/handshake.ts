/*
 * The first two segments of a connection: what `rowOf` of `tcp/tracker.ts`, `noteBase` and `noteSyn` of
 * `tcp/events.ts` and `follow` do for them where nothing is known of the ports. The segment is that of `C_RECORD`.
 */
import * as K from '../src/tcp/kernel-layout'
import * as L from '../src/tcp/row'
import * as S from '../src/tcp/segment-limits'
import { ACK, FIN, RST, SYN } from './flags'
import { f, partOf, setF, setU, u } from './memory'
import * as Lingering from './lingering'
import * as Options from './options'
import { directionOf, flagsIn, headerBytesIn, is, payloadIn, r } from './prepared'
import * as Remembered from './remembered'
import * as Rows from './rows'
import * as Segment from './segment'
import * as Slots from './slots'

/** What a SYN leaves in the state of its row, from direction 0. */
const SYN_SEEN: i32 = L.STATE_SYN | L.STATE_SENT | L.STATE_BASE
/** What may stand beside it and makes no difference. */
const INDIFFERENT: i32 = L.STATE_PORTS_REUSED | L.STATE_REUSED_WHILE_OPEN

/**
 * Takes a SYN that begins a row, or its answer. False, and nothing done that the general rules would not begin with,
 * when it is anything else.
 *
 * @param row of the connection, 0 when none is open
 */
export function take(row: i32): bool {
  const record = load<i32>(K.C_RECORD)
  const tcp = r(record, K.R_AT)
  const direction = directionOf(record)
  const vantage = load<i32>(K.C_VANTAGE)
  const shape = r(record, K.R_SHAPE)
  const flags = flagsIn(shape)
  const headerBytes = headerBytesIn(shape)
  const kind = flags & (SYN | FIN | RST | ACK)
  if (vantage <= 0 || payloadIn(shape) != 0 || tcp + headerBytes > r(record, K.R_SEGMENT_END))
    return false
  if (kind == SYN && row == 0) {
    row = begin()
    if (row == 0) return false
    setU(row, L.U_STATE, SYN_SEEN << direction)
  } else if (kind == (SYN | ACK) && row != 0 && isAnswer(row, direction)) {
    const answered = (L.STATE_SYN_ACK | L.STATE_SENT | L.STATE_BASE | L.STATE_ACKED) << direction
    setU(row, L.U_STATE, u(row, L.U_STATE) | answered)
    setU(partOf(row, direction), L.U_ACKED, r(record, K.R_ACK))
  } else return false
  note(row, direction, record, flags, vantage)
  return true
}

/** A new row for the SYN, or 0 where the ports are known or something has to grow or to be summed up first. */
function begin(): i32 {
  const record = load<i32>(K.C_RECORD)
  const tag = r(record, K.R_TAG)
  const a = r(record, K.R_A)
  const b = r(record, K.R_B)
  const ports = r(record, K.R_PORTS)
  const input = load<i32>(K.C_INPUT)
  const timeNs = load<f64>(K.C_TIME_NS)
  if (
    !Rows.canAdd() ||
    Slots.hasTag(K.CLOSED_SLOTS_AT, load<i32>(K.C_CLOSED_MASK), tag) ||
    Remembered.mayHold(a, b, ports, input) ||
    !Lingering.sweep(timeNs, load<i32>(K.C_KEEP_HEADS) != 0)
  )
    return 0
  const row = Rows.add(tag, a, b, ports, load<i32>(K.C_TRACK))
  const streams = load<i32>(K.C_STREAMS)
  store<i32>(K.C_STREAMS, streams + 1)
  setU(row, L.U_STREAM, streams)
  setU(row, L.U_INPUT, input)
  setU(row, L.U_FIRST_FRAME, load<i32>(K.C_FRAME))
  setF(row, L.F_FIRST_NS, timeNs)
  setF(row, L.F_LAST_NS, timeNs)
  return row
}

/** Whether nothing but the other side's SYN was seen before, and that at once. */
function isAnswer(row: i32, direction: i32): bool {
  return (
    isSynAlone(row, direction) &&
    u(row, L.U_INPUT) == load<i32>(K.C_INPUT) &&
    load<f64>(K.C_TIME_NS) - f(row, L.F_LAST_NS) <= <f64>S.MIN_SILENCE_NS &&
    f(row, L.F_SILENCE_NS) == 0
  )
}

/** Whether nothing but SYNs of the other side was seen before. */
export function isSynAlone(row: i32, direction: i32): bool {
  const indifferent = INDIFFERENT | (L.STATE_TIMESTAMPS << (1 - direction))
  return (
    (u(row, L.U_STATE) & ~indifferent) == SYN_SEEN << (1 - direction) && Segment.homeOf(row, direction) == 0
  )
}

/** What the first segment of a direction says of any: where tshark's numbers begin, and where it was captured. */
export function noteFirst(row: i32, direction: i32, base: i32, vantage: i32): void {
  setU(row, L.U_STATE, u(row, L.U_STATE) | (L.STATE_BASE << direction))
  setU(row, L.U_HOMES, u(row, L.U_HOMES) | (vantage << (16 - (direction << 4))))
  setU(partOf(row, direction), L.U_BASE, base)
}

function note(
  row: i32,
  direction: i32,
  record: i32,
  flags: i32,
  vantage: i32,
): void {
  const d = partOf(row, direction)
  const seq = r(record, K.R_SEQ)
  const window = r(record, K.R_WINDOW) & 0xffff
  const offered = r(record, K.R_WINDOW) >>> 16
  const timeNs = load<f64>(K.C_TIME_NS)
  const ip = r(record, K.R_IP)
  const hops = ip & 0xff
  noteFirst(row, direction, seq, vantage)
  setF(row, L.F_LAST_NS, timeNs)
  setF(d, L.F_LAST_NS_OF_DIRECTION, timeNs)
  setF(d, L.F_SYN_NS, timeNs)
  setU(d, L.U_SYN_COUNT, 1)
  setU(d, L.U_PACKETS, 1)
  setU(d, L.U_ISN, seq)
  setU(d, L.U_NEXT, seq + 1)
  setU(d, L.U_WINDOW, window)
  setU(d, L.U_MAX_WINDOW, window)
  setU(d, L.U_LAST_SEQ, seq)
  setU(d, L.U_LAST_SHAPE, flags << 24)
  setU(d, L.U_LAST_FRAME, load<i32>(K.C_FRAME))
  setU(d, L.U_IP, (ip & 0xffff_0000) | (hops << 8) | hops)
  setU(d, L.U_OPTIONS, offered | (hops << 8) | (hops << 16))
  if ((flags & ACK) != 0) agreeOnScale(d, partOf(row, 1 - direction))
  const isAligned = is(record, K.HAS_TIMESTAMPS)
  if (isAligned || (offered & Options.HAS_TIMESTAMPS) != 0) setU(d, L.U_LAST_TSVAL, r(record, K.R_TSVAL))
  if (isAligned) setU(row, L.U_STATE, u(row, L.U_STATE) | (L.STATE_TIMESTAMPS << direction))
}

/** RFC 7323 §2.2: scaling is in force only if both SYNs offered it. */
function agreeOnScale(d: i32, peer: i32): void {
  const own = u(d, L.U_OPTIONS)
  const peers = u(peer, L.U_OPTIONS)
  if ((own & Options.HAS_SCALE) == 0) setU(peer, L.U_OPTIONS, peers & ~Options.SHIFT)
  else if ((peers & Options.HAS_SCALE) == 0) setU(d, L.U_OPTIONS, own & ~Options.SHIFT)
}

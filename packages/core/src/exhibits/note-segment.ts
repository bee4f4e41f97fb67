import { ACK, FIN, RST, SYN } from '../tcp/flags.ts'
import { readOptions, type TcpOptions } from '../tcp/options.ts'
import { distance } from '../tcp/sequence.ts'
import { TCP_HEADER_BYTES } from '../tcp/segment-limits.ts'
import type { Arrival } from './arrival.ts'
import { isSecondSight } from './second-sight.ts'
import { BIT, marksOf, NOTABLE } from './segment-marks.ts'
import type { Followed, Sender } from './followed.ts'
import { readHeadLine } from './head-line.ts'
import { addToSpans } from './spans.ts'

/** RSTs of a connection that are kept beside those that an incident names. */
const MAX_RSTS = 16

const options: TcpOptions = { windowScale: -1, timestamps: false, tsval: 0, sack: false, any: false }

/** Notes one segment with its connection, and in its log when it has one. */
export function noteSegment(
  connection: Followed,
  view: DataView,
  offset: number,
  end: number,
  length: number,
  arrival: Arrival,
): void {
  const { ns, direction, identification } = arrival
  const own = direction === 0 ? connection.senders[0] : connection.senders[1]
  const peer = direction === 0 ? connection.senders[1] : connection.senders[0]
  const seq = view.getInt32(offset + 4)
  const ack = view.getInt32(offset + 8)
  const dataOffset = (view.getUint8(offset + 12) >> 4) * 4
  const flags = view.getUint8(offset + 13)
  const payload = length > dataOffset ? length - dataOffset : 0
  if (length >= dataOffset && !arrival.isPartial) noteBase(own, peer, seq, ack, flags)
  if (dataOffset < TCP_HEADER_BYTES) return
  const isSecond = isSecondSight(connection, own, arrival, seq, ack, flags, payload)
  if ((flags & SYN) !== 0 && !isSecond) {
    const optionsEnd = offset + dataOffset <= end ? offset + dataOffset : offset
    readOptions(view, offset + TCP_HEADER_BYTES, optionsEnd, options)
    noteSyn(connection, own, peer, direction, ns, flags)
  }
  const raw = view.getUint16(offset + 14)
  const window = (flags & SYN) !== 0 ? raw : raw << own.scale
  const marks = isSecond
    ? BIT['second-sight']
    : marksOf(connection, own, peer, seq, ack, flags, payload, window, ns)
  const turns = payload > 0 && connection.spokeLast !== direction
  if (!isSecond) {
    noteProgress(connection, own, peer, arrival, seq, ack, flags, payload, window)
    own.identification = identification
  }
  const { log } = connection
  if (log === undefined) return
  const line = payload > 0 && !isSecond ? readHeadLine(view, offset + dataOffset, end, turns) : undefined
  if (line !== undefined) log.head(line.protocol, line.text)
  log.add(
    arrival.frame,
    ns,
    flags | (direction << 8) | (marks << 16),
    own.hasShown ? (seq - own.shown) >>> 0 : seq >>> 0,
    (flags & ACK) === 0 ? 0 : peer.hasShown ? (ack - peer.shown) >>> 0 : ack >>> 0,
    payload,
    window,
    arrival.isCited || line !== undefined || (flags & (SYN | FIN | RST)) !== 0 || (marks & NOTABLE) !== 0,
  )
}

/** tshark's base sequence numbers (epan/dissectors/packet-tcp.c): as the table of connections has them. */
function noteBase(own: Sender, peer: Sender, seq: number, ack: number, flags: number): void {
  if (!own.hasBase || (flags & (SYN | ACK)) === (SYN | ACK)) {
    own.base = (flags & SYN) !== 0 ? seq : (seq - 1) | 0
    own.hasBase = true
    show(own, flags)
  }
  if (!peer.hasBase && (flags & ACK) !== 0) {
    peer.base = (ack - 1) | 0
    peer.hasBase = true
    show(peer, 0)
  }
}

function show(sender: Sender, flags: number): void {
  if (sender.hasShown && (flags & SYN) === 0) return
  sender.hasShown = true
  sender.shown = sender.base
}

/** RFC 7323 §2.2: scaling is in force only if both SYNs offered it. */
function noteSyn(
  connection: Followed,
  own: Sender,
  peer: Sender,
  direction: 0 | 1,
  ns: number,
  flags: number,
): void {
  own.hasSyn = true
  own.offersScale = options.windowScale >= 0
  own.scale = own.offersScale ? options.windowScale : 0
  if ((flags & ACK) !== 0) {
    if (!own.offersScale) peer.scale = 0
    else if (peer.hasSyn && !peer.offersScale) own.scale = 0
    connection.synAckNs ??= ns
    connection.synAckFrom ??= direction
    return
  }
  connection.synNs ??= ns
  connection.synFrom ??= direction
}

function noteProgress(
  connection: Followed,
  own: Sender,
  peer: Sender,
  arrival: Arrival,
  seq: number,
  ack: number,
  flags: number,
  payload: number,
  window: number,
): void {
  const { ns, direction, input, frame } = arrival
  connection.lastNs = Math.max(connection.lastNs, ns)
  own.lastNs = ns
  own.segments++
  if ((flags & RST) !== 0) {
    if (connection.rsts.length < MAX_RSTS || arrival.isCited)
      connection.rsts.push({ ns, direction, input, frame })
    return
  }
  if (!own.isSent) {
    own.isSent = true
    own.isn = (flags & SYN) !== 0 ? seq : (seq - 1) | 0
    own.next = seq
  }
  const occupied = payload + ((flags & SYN) >> 1) + (flags & FIN)
  own.hasProbed = payload <= 1 && (flags & (SYN | FIN)) === 0 && distance(seq, own.next) === 1
  const advance = distance(own.next, seq + occupied)
  if (occupied > 0 && advance > 0) {
    if (distance(own.next, seq) > 0) {
      own.holeFrom = own.next
      own.holeTo = seq
      own.holeNs = ns
    }
    own.next = (seq + occupied) | 0
    if (payload > 0) {
      const fresh = Math.min(advance, payload)
      own.bytes += fresh
      addToSpans(own.data, ns, fresh)
      connection.spokeLast = direction
    }
  }
  if ((flags & ACK) !== 0) noteAck(connection, own, peer, ack, flags, ns)
  own.window = window
  noteZero(own, window, flags, ns)
  if ((flags & FIN) !== 0) own.finNs ??= ns
}

function noteAck(
  connection: Followed,
  own: Sender,
  peer: Sender,
  ack: number,
  flags: number,
  ns: number,
): void {
  if (!own.hasAcked || distance(own.acked, ack) > 0) {
    own.hasAcked = true
    own.acked = ack
  }
  const answersSynAck =
    connection.synAckFrom !== undefined && peer === connection.senders[connection.synAckFrom]
  if (answersSynAck && (flags & SYN) === 0 && distance(peer.isn, ack) > 0) connection.establishedNs ??= ns
}

/** A stretch lasts until a window above 0; every segment within it lengthens it. */
function noteZero(own: Sender, window: number, flags: number, ns: number): void {
  if ((flags & SYN) !== 0 && window === 0) return
  const { flat } = own.zero
  if (own.isZero && flat.length > 0) flat[flat.length - 2] = ns
  if (window === 0 && !own.isZero) addToSpans(own.zero, ns, 1)
  own.isZero = window === 0
}

/*
 * From the bytes of a capture to prepared records: what can be said of a packet without the table, so that another
 * thread can say it too. Ethernet, IPv4 without options or fragments, TCP; everything else is unusual.
 */
import * as K from '../src/tcp/kernel-layout'
import * as S from '../src/tcp/segment-limits'
import { FIN, SYN } from './flags'
import { isHttpStart } from './heads'
import { bigEndian } from './memory'
import { readOptions } from './options'
import * as Record from './record'
import { hashOf, metaHash } from './slots'

const ETHERNET_BYTES: i32 = 14
const ETHERTYPE_OFFSET: i32 = 12
/** EtherType 0x0800, version 4 and a header of five words: three bytes in the order of memory. */
const IPV4_PLAIN: i32 = 0x450008
const IPV4_BYTES: i32 = 20
/** In the order of memory, from the flags on: more fragments, or an offset; and the protocol, which is TCP. */
const FRAGMENT_AND_PROTOCOL: i32 = <i32>0xff00ff3f
const WHOLE_TCP: i32 = 0x0600_0000
const MIN_FRAME_BYTES: i32 = ETHERNET_BYTES + IPV4_BYTES + S.TCP_HEADER_BYTES
/** As in `read/packet-sink.ts`. */
const MAX_PACKET_BYTES: i32 = 262_144
/** `ALIGNED_TIMESTAMPS` in the order of memory. */
const ALIGNED_TIMESTAMPS: i32 = bswap<i32>(S.ALIGNED_TIMESTAMPS)

/**
 * Prepares the records between these places, until there are `limit` of them or one is cut. Returns where what was
 * written to `out` ends, and leaves in the layout where it stopped and why. After room for `limit` records, the places
 * of those are listed that begin or end a connection.
 *
 * @param passesUnusual whether an unusual record is noted as such and passed over, or ends it
 */
export function prepare(
  layout: i32,
  start: i32,
  end: i32,
  out: i32,
  limit: i32,
  passesUnusual: bool,
): i32 {
  const hashOfTrack = metaHash(load<i32>(layout + K.P_TRACK))
  const isLittle = load<i32>(layout + K.P_LITTLE_ENDIAN) != 0
  const headerBytes = load<i32>(layout + K.P_HEADER_BYTES)
  const blockInterface = load<i32>(layout + K.P_BLOCK_INTERFACE)
  const isBlock = blockInterface >= 0
  const baseNs = load<f64>(layout + K.P_TIMES + 16)
  const last = out + limit * K.RECORD_BYTES
  let position = start
  let record = out
  let listed = last
  let status = K.STATUS_END

  while (record < last && position + headerBytes + MIN_FRAME_BYTES <= end) {
    const header = Record.header(position, isBlock, isLittle)
    const captured = i32x4.extract_lane(header, 2)
    const original = i32x4.extract_lane(header, 3)
    const data = position + headerBytes
    const ip = data + ETHERNET_BYTES
    const tcp = ip + IPV4_BYTES
    let next = data + captured
    if (isBlock) {
      next = Record.endOfBlock(position, blockInterface, captured, isLittle)
      if (next != 0 && next > end) break
    } else if (captured >= MIN_FRAME_BYTES && next > end) break
    const lengthAndId = load<i32>(ip + 2)
    const total = ((lengthAndId & 0xff) << 8) | ((lengthAndId >>> 8) & 0xff)
    const fragmentHopsProtocol = load<i32>(ip + 6)
    const words = swapBytes(v128.load(tcp + 4))
    const offsetFlagsWindow = i32x4.extract_lane(words, 2)
    const dataOffset = (offsetFlagsWindow >>> 28) << 2
    const payload = total - IPV4_BYTES - dataOffset
    // All in one, as in `takePlain`.
    const unlike =
      <i32>(<u32>(captured - MIN_FRAME_BYTES) > <u32>(MAX_PACKET_BYTES - MIN_FRAME_BYTES)) |
      <i32>(next < data) |
      <i32>(original < captured) |
      ((load<i32>(data + ETHERTYPE_OFFSET) & 0xffffff) ^ IPV4_PLAIN) |
      ((fragmentHopsProtocol & FRAGMENT_AND_PROTOCOL) ^ WHOLE_TCP) |
      <i32>(payload < 0) |
      <i32>(total > original - ETHERNET_BYTES) |
      <i32>(dataOffset < S.TCP_HEADER_BYTES)
    if (unlike != 0 || (isBlock && Record.isDamaged(position, next, isLittle))) {
      next = isBlock
        ? Record.endOfAnyBlock(position, isLittle)
        : <u32>captured <= <u32>MAX_PACKET_BYTES
          ? data + captured
          : 0
      if (next > end) break
      if (!passesUnusual || next == 0) {
        status = K.STATUS_UNUSUAL
        break
      }
      store<i32>(record + K.R_AT, tcp)
      store<i32>(record + K.R_NEXT, next)
      store<i32>(record + K.R_IP, K.IS_UNUSUAL)
      store<i32>(record + K.R_TAG, 0)
      store<i32>(record + K.R_SHAPE, 0)
      record += K.RECORD_BYTES
      position = next
      continue
    }

    const addresses = v128.load(ip + 12)
    const straight = swapBytes(addresses)
    const source = i32x4.extract_lane(straight, 0)
    const destination = i32x4.extract_lane(straight, 1)
    const ports = i32x4.extract_lane(straight, 2)
    const isSwapped =
      (<i32>(<u32>source > <u32>destination) |
        (<i32>(source == destination) & <i32>(ports >>> 16 > (ports & 0xffff)))) !=
      0
    // Which way a segment goes cannot be foreseen: chosen by bits, for `select` of so many is a branch.
    const ends = v128.bitselect(swapEnds(addresses), straight, i32x4.splat(-(<i32>isSwapped)))
    const tag = hashOf(
      i32x4.extract_lane(ends, 0),
      i32x4.extract_lane(ends, 1),
      i32x4.extract_lane(ends, 2),
      hashOfTrack,
    )
    const segmentEnd = min(ip + total, data + captured)
    const at = tcp + dataOffset
    const first = load<i32>(at)
    const bytes = min(payload, segmentEnd - at)
    const startsHttp = <i32>(bytes >= 4) & <i32>isHttpStart(first)
    const startsTls = <i32>(bytes >= 3) & <i32>((first & 0xffff) == TLS_START)
    // Which segments are short cannot be foreseen.
    const isAlert =
      <i32>(<u32>(payload - 1) < <u32>S.MAX_ALERT_BYTES) &
      <i32>(at < segmentEnd) &
      <i32>((first & 0xff) == S.TLS_ALERT)
    let bits =
      (<i32>isSwapped * K.IS_BACKWARD) |
      (startsHttp * K.IS_HTTP) |
      (startsTls * K.IS_TLS)
    const flags = (offsetFlagsWindow >>> 16) & 0xff
    const options = tcp + S.TCP_HEADER_BYTES
    let offered = 0
    if ((flags & SYN) != 0 && at <= segmentEnd) offered = readOptions(record, options, at)
    if (
      dataOffset >= S.TCP_HEADER_BYTES + 8 &&
      options + 8 <= segmentEnd &&
      load<i32>(options) == ALIGNED_TIMESTAMPS
    ) {
      bits |= K.HAS_TIMESTAMPS
      store<i32>(record + K.R_TSVAL, bigEndian(options + 4))
    }
    v128.store(record + K.R_A, i32x4.replace_lane(ends, 3, tag))
    const shape = (flags << 24) | (isAlert * K.IS_ALERT) | (dataOffset << 14) | payload
    const window = (offsetFlagsWindow & 0xffff) | (offered << 16)
    v128.store(
      record + K.R_SEQ,
      i32x4.replace_lane(i32x4.replace_lane(words, 2, shape), 3, window),
    )
    store<f64>(record + K.R_TIME_NS, Record.timeNs(header, layout, baseNs, isBlock))
    store<i32>(record + K.R_AT, tcp)
    store<i32>(record + K.R_SEGMENT_END, segmentEnd)
    store<i32>(record + K.R_NEXT, next)
    const hops = (fragmentHopsProtocol >>> 16) & 0xff
    const identification = ((lengthAndId >>> 8) & 0xff00) | (lengthAndId >>> 24)
    store<i32>(record + K.R_IP, (identification << 16) | bits | hops)
    store<i32>(listed, record)
    listed += beginsOrEnds(flags) << 2
    record += K.RECORD_BYTES
    position = next
  }

  store<i32>(layout + K.P_LISTED_TO, listed)
  store<i32>(layout + K.P_STATUS, status)
  store<i32>(layout + K.P_NEXT, position)
  return record
}

/** Whether it is a SYN or a FIN, but not a SYN-ACK: which one is cannot be foreseen. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function beginsOrEnds(flags: i32): i32 {
  return (flags | ((flags >>> 1) & ~(flags >>> 4))) & FIN
}

/** A handshake record of TLS, in the order of memory. */
const TLS_START: i32 = (S.TLS_MAJOR_VERSION << 8) | S.TLS_HANDSHAKE
/** Four big-endian words. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function swapBytes(words: v128): v128 {
  return v128.shuffle<u8>(words, words, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12)
}

/** Source and destination, then the two ports, big-endian: exchanged. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function swapEnds(words: v128): v128 {
  return v128.shuffle<u8>(words, words, 7, 6, 5, 4, 3, 2, 1, 0, 9, 8, 11, 10, 15, 14, 13, 12)
}

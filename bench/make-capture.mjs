import { closeSync, openSync, writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { pathToFileURL } from 'node:url'
import { drawRequest, drawResponse, firstSegment, furtherSegment } from './messages.mjs'
import { randomNumbers } from './random.mjs'

/**
 * @typedef {object} CaptureOptions
 * @property {number} [packets] how many in all; the last connections are left open, as a real capture leaves them
 * @property {number} [connections] how many begin, spread over the whole capture
 * @property {number} [live] how many are open at once; their packets interleave
 * @property {'small' | 'full'} [payload] messages of tens of bytes (about 95 bytes a record), or 1448-byte segments
 * @property {number} [resets] share of the connections that end in a reset
 * @property {'us' | 'ns'} [resolution] of the time stamps
 * @property {number} [seed] the same seed and options give the same bytes
 */

const DEFAULTS = {
  packets: 1e6,
  connections: 31_250,
  live: 1000,
  payload: 'small',
  resets: 0.02,
  resolution: 'us',
  seed: 1,
}

/** Shares of the connections that end in a reset: the three commonest forms. */
const RESET_SHARES = { unread: 0.4, lateData: 0.4 }

const BUFFER_BYTES = 8 << 20
const LARGEST_RECORD = 2048
const MEAN_GAP_NS = 10_000
const START_SECONDS = 1_700_000_000
const PACKETS_BESIDE_EXCHANGES = 7
const RESPONSE_SEGMENTS = 24

const RECORD_HEADER = 16
const ETHERNET = 14
const IPV4 = 20
const TCP = 20
const TIMESTAMPS = 12
/** MSS, SACK permitted, window scale; where the segments are full, time stamps between them, as Linux writes them. */
const SYN_OPTIONS = [2, 4, 5, 0xb4, 1, 1, 4, 2, 1, 3, 3, 7]
const SYN_OPTIONS_WITH_TIMESTAMPS = [2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7]
const NO_PAYLOAD = Buffer.alloc(0)

const FIN = 0x01
const SYN = 0x02
const RST = 0x04
const PSH = 0x08
const ACK = 0x10

/** What a connection does next. The order within an exchange is the order of the numbers. */
const STEP = {
  syn: 0,
  synAck: 1,
  established: 2,
  request: 3,
  requestAck: 4,
  response: 5,
  responseAck: 6,
  fin: 7,
  serverFin: 8,
  lastAck: 9,
  abort: 10,
  lateData: 11,
  lateReset: 12,
  refusal: 13,
  free: 14,
}
const FATE = { graceful: 0, unread: 1, lateData: 2, refused: 3 }

/**
 * Writes a synthetic capture: handshakes, requests and responses, closes, and 2 % resets, interleaved.
 * @param {string} path
 * @param {CaptureOptions} given
 * @returns {{ bytes: number, packets: number, connections: number, resets: number }}
 */
export function makeCapture(path, given = {}) {
  const options = { ...DEFAULTS, ...given }
  const { next, below } = randomNumbers(options.seed)
  const isFull = options.payload === 'full'
  const synOptions = isFull ? SYN_OPTIONS_WITH_TIMESTAMPS : SYN_OPTIONS
  const timeUnitNs = options.resolution === 'ns' ? 1 : 1000
  const live = Math.min(options.live, options.connections)
  const packetsPerExchange = isFull ? 2 + RESPONSE_SEGMENTS * 1.5 : 4
  const fileDescriptor = openSync(path, 'w')
  const buffer = Buffer.alloc(BUFFER_BYTES)

  const connectionOf = new Uint32Array(live)
  const step = new Uint8Array(live).fill(STEP.free)
  const fate = new Uint8Array(live)
  const exchangesLeft = new Uint16Array(live)
  const responseSegments = new Uint16Array(live)
  const segmentsLeft = new Uint16Array(live)
  const clientSeq = new Uint32Array(live)
  const serverSeq = new Uint32Array(live)

  let at = writeFileHeader(buffer, options.resolution)
  let bytes = 0
  let packets = 0
  let begun = 0
  let resets = 0
  let seconds = START_SECONDS
  let nanoseconds = 0
  let slot = 0

  while (packets < options.packets) {
    if (next() < 0.5) slot = below(live)
    if (step[slot] === STEP.free && !begin(slot) && !findBusySlot()) break
    advance(slot)
    if (at > BUFFER_BYTES - LARGEST_RECORD) flush()
  }
  flush()
  closeSync(fileDescriptor)
  return { bytes, packets, connections: begun, resets }

  function begin(row) {
    if (begun === options.connections) return false
    const share = (options.packets - packets) / (options.connections - begun)
    const meanExchanges = Math.max(0.5, (share - PACKETS_BESIDE_EXCHANGES) / packetsPerExchange)
    connectionOf[row] = begun++
    step[row] = STEP.syn
    fate[row] = drawFate(next() / options.resets)
    exchangesLeft[row] = Math.min(65_535, 1 + below(Math.max(1, Math.round(2 * meanExchanges - 1))))
    clientSeq[row] = below(0x1_0000_0000)
    serverSeq[row] = below(0x1_0000_0000)
    return true
  }

  /** All connections have begun: goes on with one that is still open. */
  function findBusySlot() {
    for (let tried = 0; tried < live; tried++) {
      slot = (slot + 1) % live
      if (step[slot] !== STEP.free) return true
    }
    return false
  }

  function advance(row) {
    switch (step[row]) {
      case STEP.syn:
        emit(row, true, SYN, NO_PAYLOAD, 64_240)
        clientSeq[row] += 1
        step[row] = fate[row] === FATE.refused ? STEP.refusal : STEP.synAck
        return
      case STEP.synAck:
        emit(row, false, SYN | ACK, NO_PAYLOAD, 65_160)
        serverSeq[row] += 1
        step[row] = STEP.established
        return
      case STEP.established:
        emit(row, true, ACK, NO_PAYLOAD, 502)
        step[row] = STEP.request
        return
      case STEP.request: {
        const request = drawRequest(below)
        emit(row, true, PSH | ACK, request, 502)
        clientSeq[row] += request.length
        responseSegments[row] = isFull ? 1 + below(2 * RESPONSE_SEGMENTS - 1) : 1
        segmentsLeft[row] = responseSegments[row]
        step[row] = STEP.requestAck
        return
      }
      case STEP.requestAck:
        emit(row, false, ACK, NO_PAYLOAD, 509)
        step[row] = STEP.response
        return
      case STEP.response: {
        const segment = responseSegment(row)
        segmentsLeft[row] -= 1
        emit(row, false, segmentsLeft[row] === 0 ? PSH | ACK : ACK, segment, 509)
        serverSeq[row] += segment.length
        if (segmentsLeft[row] % 2 === 0) step[row] = STEP.responseAck
        return
      }
      case STEP.responseAck:
        acknowledgeResponse(row)
        return
      case STEP.fin:
        emit(row, true, FIN | ACK, NO_PAYLOAD, 502)
        clientSeq[row] += 1
        step[row] = fate[row] === FATE.lateData ? STEP.lateData : STEP.serverFin
        return
      case STEP.serverFin:
        emit(row, false, FIN | ACK, NO_PAYLOAD, 509)
        serverSeq[row] += 1
        step[row] = STEP.lastAck
        return
      case STEP.lastAck:
        emit(row, true, ACK, NO_PAYLOAD, 502)
        step[row] = STEP.free
        return
      case STEP.abort:
        endWithReset(row, true, RST | ACK)
        return
      case STEP.lateData:
        emit(row, false, PSH | ACK, drawResponse(below), 509)
        step[row] = STEP.lateReset
        return
      case STEP.lateReset:
        endWithReset(row, true, RST)
        return
      default:
        serverSeq[row] = 0
        endWithReset(row, false, RST | ACK)
    }
  }

  function responseSegment(row) {
    if (!isFull) return drawResponse(below)
    return segmentsLeft[row] === responseSegments[row] ? firstSegment(segmentsLeft[row]) : furtherSegment()
  }

  /** The last acknowledgement of a client that reads no more closes its window; its reset comes later. */
  function acknowledgeResponse(row) {
    const isLast = segmentsLeft[row] === 0 && exchangesLeft[row] === 1
    const isStalled = isLast && fate[row] === FATE.unread
    emit(row, true, ACK, NO_PAYLOAD, isStalled ? 0 : 502)
    if (segmentsLeft[row] > 0) {
      step[row] = STEP.response
      return
    }
    exchangesLeft[row] -= 1
    if (isStalled) step[row] = STEP.abort
    else step[row] = isLast ? STEP.fin : STEP.request
  }

  function endWithReset(row, fromClient, flags) {
    emit(row, fromClient, flags, NO_PAYLOAD, 0)
    resets += 1
    step[row] = STEP.free
  }

  function emit(row, fromClient, flags, payload, window) {
    const isSyn = (flags & SYN) !== 0
    const hasTimestamps = isFull && !isSyn
    const tcpLength = TCP + (isSyn ? synOptions.length : hasTimestamps ? TIMESTAMPS : 0)
    const ipLength = IPV4 + tcpLength + payload.length
    nanoseconds += below(2 * MEAN_GAP_NS)
    if (nanoseconds >= 1e9) {
      nanoseconds -= 1e9
      seconds += 1
    }
    at = writeRecordHeader(buffer, at, seconds, Math.floor(nanoseconds / timeUnitNs), ETHERNET + ipLength)
    at = writeAddresses(buffer, at, connectionOf[row], fromClient, ipLength)
    const seq = fromClient ? clientSeq[row] : serverSeq[row]
    const ack = (flags & ACK) === 0 ? 0 : fromClient ? serverSeq[row] : clientSeq[row]
    writeTcp(buffer, at, seq, ack, (tcpLength << 10) | flags, window)
    at += TCP
    if (isSyn) for (const byte of synOptions) buffer[at++] = byte
    if (hasTimestamps) at = writeTimestamps(buffer, at, packets)
    at += payload.copy(buffer, at)
    packets += 1
  }

  function flush() {
    writeSync(fileDescriptor, buffer, 0, at)
    bytes += at
    at = 0
  }
}

function drawFate(chance) {
  if (chance < RESET_SHARES.unread) return FATE.unread
  if (chance < RESET_SHARES.unread + RESET_SHARES.lateData) return FATE.lateData
  return chance < 1 ? FATE.refused : FATE.graceful
}

function writeFileHeader(buffer, resolution) {
  buffer.writeUInt32LE(resolution === 'ns' ? 0xa1b23c4d : 0xa1b2c3d4, 0)
  buffer.writeUInt16LE(2, 4)
  buffer.writeUInt16LE(4, 6)
  buffer.fill(0, 8, 16)
  buffer.writeUInt32LE(262_144, 16)
  buffer.writeUInt32LE(1, 20)
  return 24
}

function writeRecordHeader(buffer, at, seconds, fraction, length) {
  putLittleEndian(buffer, at, seconds)
  putLittleEndian(buffer, at + 4, fraction)
  putLittleEndian(buffer, at + 8, length)
  putLittleEndian(buffer, at + 12, length)
  return at + RECORD_HEADER
}

/** Ethernet, IPv4 with a right checksum, and the ports; 64 client hosts, 8 servers, one ephemeral port a connection. */
function writeAddresses(buffer, at, connection, fromClient, ipLength) {
  const client = 0x0a00_0100 + (connection % 64)
  const server = 0x0a01_0001 + (connection % 8)
  const clientPort = 32_768 + (Math.floor(connection / 64) % 28_232)
  const serverPort = 8080
  const from = fromClient ? client : server
  const to = fromClient ? server : client
  buffer.fill(0, at, at + 12)
  buffer[at] = buffer[at + 6] = 2
  buffer[at + 5] = to & 0xff
  buffer[at + 11] = from & 0xff
  put16(buffer, at + 12, 0x0800)
  const ip = at + ETHERNET
  put16(buffer, ip, 0x4500)
  put16(buffer, ip + 2, ipLength)
  put16(buffer, ip + 4, connection & 0xffff)
  put16(buffer, ip + 6, 0x4000)
  put16(buffer, ip + 8, 0x4006)
  put16(buffer, ip + 10, headerChecksum(ipLength, connection & 0xffff, from, to))
  put32(buffer, ip + 12, from)
  put32(buffer, ip + 16, to)
  put16(buffer, ip + 20, fromClient ? clientPort : serverPort)
  put16(buffer, ip + 22, fromClient ? serverPort : clientPort)
  return ip + IPV4
}

function headerChecksum(ipLength, id, from, to) {
  const constant = 0x4500 + 0x4000 + 0x4006
  let sum = constant + ipLength + id + (from >>> 16) + (from & 0xffff) + (to >>> 16) + (to & 0xffff)
  sum = (sum & 0xffff) + (sum >>> 16)
  return ~(sum + (sum >>> 16)) & 0xffff
}

/** Everything after the ports. The checksum stays 0, as in a capture on a host whose card fills it in. */
function writeTcp(buffer, at, seq, ack, offsetAndFlags, window) {
  put32(buffer, at + 4, seq)
  put32(buffer, at + 8, ack)
  put16(buffer, at + 12, offsetAndFlags)
  put16(buffer, at + 14, window)
  put32(buffer, at + 16, 0)
}

function writeTimestamps(buffer, at, value) {
  put32(buffer, at, 0x0101_080a)
  put32(buffer, at + 4, value)
  put32(buffer, at + 8, value)
  return at + TIMESTAMPS
}

function put16(buffer, at, value) {
  buffer[at] = value >>> 8
  buffer[at + 1] = value
}

function put32(buffer, at, value) {
  buffer[at] = value >>> 24
  buffer[at + 1] = value >>> 16
  buffer[at + 2] = value >>> 8
  buffer[at + 3] = value
}

function putLittleEndian(buffer, at, value) {
  buffer[at] = value
  buffer[at + 1] = value >>> 8
  buffer[at + 2] = value >>> 16
  buffer[at + 3] = value >>> 24
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      packets: { type: 'string' },
      connections: { type: 'string' },
      live: { type: 'string' },
      payload: { type: 'string' },
      resets: { type: 'string' },
      resolution: { type: 'string' },
      seed: { type: 'string' },
    },
  })
  const [path] = positionals
  if (path === undefined) {
    console.error(
      'usage: node bench/make-capture.mjs FILE [--packets N] [--connections N] [--live N] [--payload small|full] [--resets SHARE] [--resolution us|ns] [--seed N]',
    )
    process.exit(2)
  }
  const numbers = ['packets', 'connections', 'live', 'resets', 'seed'].flatMap((name) =>
    values[name] === undefined ? [] : [[name, Number(values[name])]],
  )
  console.log(JSON.stringify(makeCapture(path, { ...values, ...Object.fromEntries(numbers) })))
}

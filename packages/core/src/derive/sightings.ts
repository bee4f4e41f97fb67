import { HEAD_BYTES } from '../tcp/heads.ts'
import { serverDirection } from '../tcp/lifecycle.ts'
import * as R from '../tcp/reset-store.ts'
import * as L from '../tcp/row.ts'
import { formatIpv4 } from '../tcp/address-text.ts'
import type { Tracker } from '../tcp/tracker.ts'
import { ACK } from '../tcp/flags.ts'
import type { Role, RstSegment, Side, Sighting } from './reset-facts.ts'

/** Reads the record's words into facts with names. */
export function readSighting(tracker: Tracker, record: number, server: 0 | 1): Sighting {
  const { u32: u } = tracker.resets
  const at = record * R.RECORD_WORDS
  return {
    record,
    track: u[at + R.U_TRACK] ?? 0,
    input: u[at + L.U_INPUT] ?? 0,
    stream: u[at + L.U_STREAM] ?? 0,
    client: readSide(tracker, at, server === 0 ? 1 : 0),
    server: readSide(tracker, at, server),
    rsts: readRsts(tracker, at, server),
    rstCount: u[at + R.U_RST_COUNT] ?? 0,
  }
}

/** Which direction the record's server sends, by the rules of the table itself. */
export function recordedServer(tracker: Tracker, record: number): 0 | 1 {
  return serverDirection(tracker.resets.u32, record * R.RECORD_WORDS)
}

/** Address and port of an endpoint of the record: 0 the lower one, 1 the other. */
export function recordedEndpoint(
  tracker: Tracker,
  record: number,
  which: 0 | 1,
): { address: string; port: number } {
  const u = tracker.resets.u32
  const at = record * R.RECORD_WORDS
  const value = u[at + (which === 0 ? L.U_ADDRESS_A : L.U_ADDRESS_B)] ?? 0
  const ports = u[at + L.U_PORTS] ?? 0
  const isIpv6 = ((u[at + L.U_META] ?? 0) & 256) !== 0
  return {
    address: isIpv6 ? tracker.addresses.text(value) : formatIpv4(value),
    port: which === 0 ? ports >>> 16 : ports & 0xffff,
  }
}

/** Written without conditional spreads: those were the most expensive part of a capture with many resets. */
function readSide(tracker: Tracker, at: number, direction: 0 | 1): Side {
  const { u32: u, f64: f } = tracker.resets
  const d = at + L.COMMON_WORDS + direction * L.DIRECTION_WORDS
  const half = d / 2
  const word = (index: number): number => u[d + index] ?? 0
  const double = (index: number): number => f[half + index] ?? 0
  const state = u[at + L.U_STATE] ?? 0
  const has = (bit: number): boolean => (state & (bit << direction)) !== 0
  const options = word(L.U_OPTIONS)
  const { address, port } = recordedEndpoint(tracker, at / R.RECORD_WORDS, direction)
  const side: { -readonly [K in keyof Side]: Side[K] } = {
    address,
    port,
    packets: word(L.U_PACKETS),
    dataSegments: word(L.U_DATA_SEGMENTS),
    bytes: double(L.F_BYTES),
    retransmits: word(L.U_RETRANSMITS),
    isn: word(L.U_ISN),
    next: word(L.U_NEXT),
    syn: has(L.STATE_SYN),
    synAck: has(L.STATE_SYN_ACK),
    synCount: word(L.U_SYN_COUNT),
    window: word(L.U_WINDOW),
    maxWindow: word(L.U_MAX_WINDOW),
    zeroWindowTotalNs: double(L.F_ZERO_TOTAL_NS),
    offersTimestamps: (options & 0x20) !== 0,
    usesTimestamps: has(L.STATE_TIMESTAMPS),
    turns: word(L.U_TURNS),
    unansweredRetransmits: { count: word(L.U_UNANSWERED_RETRANSMITS), firstNs: double(L.F_UNANSWERED_NS) },
    unansweredProbes: { count: word(L.U_UNANSWERED_PROBES), firstNs: double(L.F_PROBE_NS) },
  }
  if (has(L.STATE_ACKED)) side.acked = word(L.U_ACKED)
  if (side.packets > 0) {
    const ip = word(L.U_IP)
    const shape = word(L.U_LAST_SHAPE)
    side.last = {
      ns: double(L.F_LAST_NS_OF_DIRECTION),
      frame: word(L.U_LAST_FRAME),
      seq: word(L.U_LAST_SEQ),
      length: shape & 0xff_ffff,
      flags: shape >>> 24,
    }
    side.hops = {
      first: (ip >>> 8) & 0xff,
      last: ip & 0xff,
      low: (options >>> 8) & 0xff,
      high: (options >>> 16) & 0xff,
    }
    side.identification = ip >>> 16
    const zeroFrame = word(L.U_ZERO_FRAME)
    if (zeroFrame > 0) side.zeroWindow = { sinceNs: double(L.F_ZERO_SINCE_NS), frame: zeroFrame }
  }
  if (has(L.STATE_FIN)) {
    const seq = word(L.U_FIN_SEQ)
    side.fin = { ns: double(L.F_FIN_NS), frame: word(L.U_FIN_FRAME), seq, acked: has(L.STATE_FIN_ACKED) }
  }
  if (side.dataSegments > 0) side.lastDataNs = double(L.F_LAST_DATA_NS)
  if (side.turns > 0)
    side.turn = { ns: double(L.F_HEAD_NS), frame: word(L.U_HEAD_FRAME), seq: word(L.U_TURN_SENT) }
  const alert = word(L.U_ALERT)
  if (word(L.U_ALERT_FRAME) > 0)
    side.alert = { frame: word(L.U_ALERT_FRAME), level: alert >>> 8, description: alert & 0xff }
  return side
}

function readRsts(tracker: Tracker, at: number, server: 0 | 1): RstSegment[] {
  const { u32, rstU32: u, rstF64: f } = tracker.resets
  const rsts: RstSegment[] = []
  let rst = (u32[at + R.U_FIRST_RST] ?? 0) - 1
  while (rst >= 0) {
    const shape = u[rst + R.R_SHAPE] ?? 0
    const direction = (shape & R.RST_DIRECTION_B) !== 0 ? 1 : 0
    const from: Role = direction === server ? 'server' : 'client'
    rsts.push({
      input: u[rst + R.R_INPUT] ?? 0,
      frame: u[rst + R.R_FRAME] ?? 0,
      ns: f[rst / 2 + R.R_TIME_NS] ?? 0,
      from,
      seq: u[rst + R.R_SEQ] ?? 0,
      ack: u[rst + R.R_ACK] ?? 0,
      window: u[rst + R.R_WINDOW] ?? 0,
      hasAck: (shape & ACK) !== 0,
      timestamps: (shape & R.RST_TIMESTAMPS) !== 0,
      options: (shape & R.RST_OPTIONS) !== 0,
      hops: (u[rst + R.R_IP] ?? 0) & 0xff,
      identification: (u[rst + R.R_IP] ?? 0) >>> 16,
      payload: u[rst + R.R_PAYLOAD] ?? 0,
      payloadOffset: f[rst / 2 + R.R_PAYLOAD_OFFSET] ?? Number.NaN,
      interface: u[rst + R.R_INTERFACE] ?? 0,
    })
    rst = (u[rst + R.R_NEXT] ?? 0) - 1
  }
  return rsts
}

export type Heads = readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array]

/** Where the four heads of a record stand in its input: latest of each direction, then first of each direction. */
export function headPlaces(tracker: Tracker, record: number): { offset: number; length: number }[] {
  const { u32: u, f64: f } = tracker.resets
  const at = record * R.RECORD_WORDS
  const places: { offset: number; length: number }[] = []
  for (const [offset, length] of [
    [L.F_HEAD_OFFSET, L.U_HEAD_BYTES],
    [L.F_FIRST_HEAD_OFFSET, L.U_FIRST_HEAD_BYTES],
  ] as const) {
    for (const direction of [0, 1]) {
      const d = at + L.COMMON_WORDS + direction * L.DIRECTION_WORDS
      places.push({
        offset: f[d / 2 + offset] ?? Number.NaN,
        length: Math.min((u[d + length] ?? 0) & ~L.HEAD_IS_HTTP, HEAD_BYTES),
      })
    }
  }
  return places
}

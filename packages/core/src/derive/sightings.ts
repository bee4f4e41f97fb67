import { serverDirection } from '../tcp/server-direction.ts'
import * as R from '../tcp/reset-record.ts'
import * as L from '../tcp/row.ts'
import type { Tracker } from '../tcp/tracker.ts'
import { ACK } from '../tcp/flags.ts'
import type { AddressBook } from './address-book.ts'
import type { Role, RstSegment, Side, Sighting } from './reset-facts.ts'

/** The table's records of resets, and the text of the addresses in them. */
export interface Records {
  readonly tracker: Tracker
  readonly addressOf: AddressBook
}

/** Reads the record's words into facts with names. */
export function readSighting({ tracker, addressOf }: Records, record: number, server: 0 | 1): Sighting {
  const { u32: u } = tracker.resets
  const at = record * R.RECORD_WORDS
  const client = readSide(tracker, addressOf, at, server === 0 ? 1 : 0)
  const service = readSide(tracker, addressOf, at, server)
  return {
    record,
    track: u[at + R.U_TRACK] ?? 0,
    input: u[at + L.U_INPUT] ?? 0,
    stream: u[at + L.U_STREAM] ?? 0,
    client: isPeerMissed(client, service) ? withoutUnanswered(client) : client,
    server: isPeerMissed(service, client) ? withoutUnanswered(service) : service,
    rsts: readRsts(tracker, at, server),
    rstCount: u[at + R.U_RST_COUNT] ?? 0,
  }
}

/** One direction alone was captured: it acknowledges what is not there (`tcpdump -Q`, a return path elsewhere). */
function isPeerMissed(side: Side, peer: Side): boolean {
  return peer.packets === 0 && (side.syn || side.synAck) && side.acked !== undefined
}

/** Answers that were not captured are not answers that did not come. */
function withoutUnanswered(side: Side): Side {
  return { ...side, unansweredRetransmits: NONE_UNANSWERED, unansweredProbes: NONE_UNANSWERED }
}

/** Which direction the record's server sends, by the rules of the table itself. */
export function recordedServer(tracker: Tracker, record: number): 0 | 1 {
  return serverDirection(tracker.resets.u32, record * R.RECORD_WORDS)
}

/** Address and port of an endpoint of the record: 0 the lower one, 1 the other. */
export function recordedEndpoint(
  { tracker, addressOf }: Records,
  record: number,
  which: 0 | 1,
): { address: string; port: number } {
  const { u32 } = tracker.resets
  const at = record * R.RECORD_WORDS
  return { address: addressAt(u32, addressOf, at, which), port: portAt(u32, at, which) }
}

function addressAt(u32: Uint32Array, addressOf: AddressBook, at: number, which: 0 | 1): string {
  const isIpv6 = ((u32[at + L.U_META] ?? 0) & 256) !== 0
  return addressOf(isIpv6, u32[at + (which === 0 ? L.U_ADDRESS_A : L.U_ADDRESS_B)] ?? 0)
}

function portAt(u32: Uint32Array, at: number, which: 0 | 1): number {
  const ports = u32[at + L.U_PORTS] ?? 0
  return which === 0 ? ports >>> 16 : ports & 0xffff
}

const NONE_UNANSWERED = { count: 0, firstNs: 0 }

/** Written out in one literal: shapes that differ, spreads and closures were the most expensive part of many resets. */
function readSide(tracker: Tracker, addressOf: AddressBook, at: number, direction: 0 | 1): Side {
  const { u32: u, f64: f } = tracker.resets
  const d = at + L.COMMON_WORDS + direction * L.DIRECTION_WORDS
  const half = d / 2
  const state = (u[at + L.U_STATE] ?? 0) >>> direction
  const packets = u[d + L.U_PACKETS] ?? 0
  const dataSegments = u[d + L.U_DATA_SEGMENTS] ?? 0
  const turns = u[d + L.U_TURNS] ?? 0
  const options = u[d + L.U_OPTIONS] ?? 0
  const zeroFrame = packets > 0 ? (u[d + L.U_ZERO_FRAME] ?? 0) : 0
  const alertFrame = (u[d + L.U_ALERT_FRAME] ?? 0) | 0
  const retransmits = u[d + L.U_UNANSWERED_RETRANSMITS] ?? 0
  const probes = u[d + L.U_UNANSWERED_PROBES] ?? 0
  const enteredNs = f[at / 2 + L.F_ENTERED_NS] ?? 0
  return {
    address: addressAt(u, addressOf, at, direction),
    port: portAt(u, at, direction),
    packets,
    dataSegments,
    bytes: f[half + L.F_BYTES] ?? 0,
    isn: u[d + L.U_ISN] ?? 0,
    next: u[d + L.U_NEXT] ?? 0,
    acked: (state & L.STATE_ACKED) === 0 ? undefined : (u[d + L.U_ACKED] ?? 0),
    syn: (state & L.STATE_SYN) !== 0,
    synAck: (state & L.STATE_SYN_ACK) !== 0,
    synCount: u[d + L.U_SYN_COUNT] ?? 0,
    window: u[d + L.U_WINDOW] ?? 0,
    maxWindow: u[d + L.U_MAX_WINDOW] ?? 0,
    zeroWindow:
      zeroFrame === 0
        ? undefined
        : {
            sinceNs: f[half + L.F_ZERO_SINCE_NS] ?? 0,
            // A window that closed in an earlier file of a ring: no frame of this one.
            frame: enteredNs !== 0 && (f[half + L.F_ZERO_SINCE_NS] ?? 0) < enteredNs ? 0 : zeroFrame,
          },
    zeroWindowTotalNs: f[half + L.F_ZERO_TOTAL_NS] ?? 0,
    fin:
      (state & L.STATE_FIN) === 0
        ? undefined
        : {
            ns: f[half + L.F_FIN_NS] ?? 0,
            frame: u[d + L.U_FIN_FRAME] ?? 0,
            seq: u[d + L.U_FIN_SEQ] ?? 0,
            acked: (state & L.STATE_FIN_ACKED) !== 0,
            silenceNs: f[half + L.F_FIN_SILENCE_NS] ?? 0,
          },
    last:
      packets === 0
        ? undefined
        : {
            ns: f[half + L.F_LAST_NS_OF_DIRECTION] ?? 0,
            frame: u[d + L.U_LAST_FRAME] ?? 0,
            seq: u[d + L.U_LAST_SEQ] ?? 0,
            length: (u[d + L.U_LAST_SHAPE] ?? 0) & 0xff_ffff,
            flags: (u[d + L.U_LAST_SHAPE] ?? 0) >>> 24,
          },
    lastDataNs: dataSegments === 0 ? undefined : (f[half + L.F_LAST_DATA_NS] ?? 0),
    hops: packets === 0 ? undefined : { low: (options >>> 8) & 0xff, high: (options >>> 16) & 0xff },
    offersTimestamps: (options & 0x20) !== 0,
    usesTimestamps: (state & L.STATE_TIMESTAMPS) !== 0,
    turns,
    turn:
      turns === 0
        ? undefined
        : {
            ns: f[half + L.F_HEAD_NS] ?? 0,
            frame: u[d + L.U_HEAD_FRAME] ?? 0,
            seq: u[d + L.U_TURN_SENT] ?? 0,
          },
    unansweredRetransmits:
      retransmits === 0 ? NONE_UNANSWERED : { count: retransmits, firstNs: f[half + L.F_UNANSWERED_NS] ?? 0 },
    retransmits: u[d + L.U_RETRANSMITS] ?? 0,
    repeatedFromNs: f[half + L.F_UNANSWERED_NS] ?? 0,
    unansweredProbes:
      probes === 0 ? NONE_UNANSWERED : { count: probes, firstNs: f[half + L.F_PROBE_NS] ?? 0 },
    alert:
      alertFrame === 0
        ? undefined
        : {
            frame: alertFrame === L.EARLIER_FRAME ? 0 : alertFrame,
            bytes: (u[d + L.U_ALERT] ?? 0) >>> 16,
            level: ((u[d + L.U_ALERT] ?? 0) >>> 8) & 0xff,
            description: (u[d + L.U_ALERT] ?? 0) & 0xff,
          },
  }
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
      hops: (u[rst + R.R_IP] ?? 0) & 0xff,
    })
    rst = (u[rst + R.R_NEXT] ?? 0) - 1
  }
  return rsts
}

/** First bytes of exchanges: the latest of each direction, then the first of each direction. */
export type Heads = readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array]

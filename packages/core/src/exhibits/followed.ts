import type { AddressBook } from '../derive/address-book.ts'
import type { SegmentLog } from './segment-log.ts'
import { createSpans, type Spans } from './spans.ts'

/** What one endpoint of a followed connection sends. Sequence numbers have a sign, as in the table of connections. */
export interface Sender {
  /** Interface on which the direction is followed. */
  home: number
  isSent: boolean
  isn: number
  /** Highest sequence number sent, plus one. */
  next: number
  /** tshark's base in the input that the connection is in now: it numbers streams. */
  hasBase: boolean
  base: number
  /** What relative numbers count from: the first input's base, so that they go on in the next file of a ring. */
  hasShown: boolean
  shown: number
  hasSyn: boolean
  /** Whether the SYN offered scaling; the shift while it holds. */
  offersScale: boolean
  scale: number
  hasAcked: boolean
  acked: number
  window: number
  lastNs: number
  identification: number
  /** Its last segment was a keepalive probe. */
  hasProbed: boolean
  /** A hole that a later segment left, and when. */
  holeFrom: number
  holeTo: number
  holeNs: number
  segments: number
  bytes: number
  finNs: number | undefined
  readonly data: Spans
  readonly zero: Spans
  isZero: boolean
}

interface RstSeen {
  readonly ns: number
  readonly direction: 0 | 1
  readonly input: number
  readonly frame: number
}

/** One connection at one vantage. The lower endpoint is 0, the other 1. */
export interface Followed {
  readonly a: number
  readonly b: number
  readonly ports: number
  readonly isIpv6: boolean
  /** Text of `a` and `b`. */
  readonly addressOf: AddressBook
  readonly track: number
  /** Place among all tuples: the lowest are the sample. */
  readonly hash: number
  /** Of the input that it is in now. */
  input: number
  stream: number
  /** Where it was first seen. */
  readonly firstInput: number
  /** Absent where not all were counted. */
  readonly firstStream: number | undefined
  /** 0 while it was only spoken of, by ICMP errors. */
  firstFrame: number
  firstNs: number
  lastNs: number
  synNs: number | undefined
  synFrom: 0 | 1 | undefined
  synAckNs: number | undefined
  synAckFrom: 0 | 1 | undefined
  establishedNs: number | undefined
  spokeLast: 0 | 1 | undefined
  readonly senders: readonly [Sender, Sender]
  rsts: RstSeen[]
  log: SegmentLog | undefined
}

export function createFollowed(
  key: Pick<Followed, 'a' | 'b' | 'ports' | 'isIpv6' | 'addressOf' | 'track' | 'hash'>,
  place: {
    readonly input: number
    readonly stream: number
    readonly counted: number | undefined
    readonly ns: number
  },
): Followed {
  return {
    a: key.a,
    b: key.b,
    ports: key.ports,
    isIpv6: key.isIpv6,
    addressOf: key.addressOf,
    track: key.track,
    hash: key.hash,
    input: place.input,
    stream: place.stream,
    firstInput: place.input,
    firstStream: place.counted,
    firstFrame: 0,
    firstNs: place.ns,
    lastNs: place.ns,
    synNs: undefined,
    synFrom: undefined,
    synAckNs: undefined,
    synAckFrom: undefined,
    establishedNs: undefined,
    spokeLast: undefined,
    senders: [createSender(), createSender()],
    rsts: [],
    log: undefined,
  }
}

function createSender(): Sender {
  return {
    home: -1,
    isSent: false,
    isn: 0,
    next: 0,
    hasBase: false,
    base: 0,
    hasShown: false,
    shown: 0,
    hasSyn: false,
    offersScale: false,
    scale: 0,
    hasAcked: false,
    acked: 0,
    window: 0,
    lastNs: 0,
    identification: 0,
    hasProbed: false,
    holeFrom: 0,
    holeTo: 0,
    holeNs: Number.NEGATIVE_INFINITY,
    segments: 0,
    bytes: 0,
    finNs: undefined,
    data: createSpans(),
    zero: createSpans(),
    isZero: false,
  }
}

import type { Question } from '../derive/facts.ts'
import type { Input } from '../input.ts'
import { PcapDecoder } from '../read/pcap.ts'
import { PcapngDecoder } from '../read/pcapng.ts'
import { RecordFeeder } from '../read/record-feeder.ts'
import { recogniseBinary } from '../read/recognise.ts'
import { Ipv6Addresses } from '../tcp/addresses.ts'
import { askedPeer } from './asked.ts'
import type { Followed } from './followed.ts'
import { ALL_HASHES, Follower, type Choice, type Kept } from './follower.ts'
import type { LogRoom } from './segment-log.ts'

/** What passes only once is followed while it passes: nobody knows yet who will be reset. */
export interface LiveInput {
  readonly input: Input
  readonly place: number
  /** Once the input has passed; undefined when it was no capture. */
  readonly follower: () => Follower | undefined
  /** What the times of the follower count from, in nanoseconds since 1970. */
  readonly epochUnixNs: () => bigint | undefined
}

/** A connection's beginning, and as much of its end as explains a reset. */
const ROOM: LogRoom = { most: 64, head: 12, tail: 44 }
/** Followed at once; 3 to 5 kB each. */
const MAX_LIVE = 14_000
const MAX_RESET = 6_000
const MAX_RECENT = 2_000
const MAX_SAMPLE = 1_500
/** The longest magic number of a capture. */
const MAGIC_BYTES = 12

/** The same input, of which a copy of every chunk is looked at on its way. */
export function followLive(input: Input, place: number, question: Pick<Question, 'peer'>): LiveInput {
  let epochUnixNs: bigint | undefined
  let follower: Follower | undefined
  const begin = (head: Uint8Array): RecordFeeder | undefined => {
    const format = recogniseBinary(head)
    if (format !== 'pcap' && format !== 'pcapng') return undefined
    follower = new Follower({ ...CHOICE, isAsked: askedPeer(question) }, new Ipv6Addresses(), (unixNs) => {
      epochUnixNs ??= unixNs
      return Number(unixNs - epochUnixNs)
    })
    follower.startInput(place, 0)
    return new RecordFeeder(format === 'pcapng' ? new PcapngDecoder(follower) : new PcapDecoder(follower))
  }
  return {
    place,
    input: { ...input, open: () => passing(input.open(), begin) },
    follower: () => follower,
    epochUnixNs: () => epochUnixNs,
  }
}

async function* passing(
  chunks: AsyncIterable<Uint8Array>,
  begin: (head: Uint8Array) => RecordFeeder | undefined,
): AsyncGenerator<Uint8Array> {
  let feeder: RecordFeeder | undefined
  let head: Uint8Array | undefined = new Uint8Array(0)
  for await (const chunk of chunks) {
    if (head === undefined) feeder?.push(chunk)
    else {
      const joined: Uint8Array = new Uint8Array(head.length + chunk.length)
      joined.set(head)
      joined.set(chunk, head.length)
      head = joined
      if (head.length >= MAGIC_BYTES) {
        feeder = begin(head)
        feeder?.push(head)
        head = undefined
      }
    }
    yield chunk
  }
}

const CHOICE: Choice = {
  sampleBelow: ALL_HASHES,
  most: MAX_LIVE,
  roomFor: () => ROOM,
  mayBeWanted: () => true,
  isCited: () => false,
  forget,
}

/** Keeps what was reset, what may yet be, and a sample of all. */
function forget(connections: readonly Followed[]): Kept {
  const byHash = connections.toSorted((x, y) => x.hash - y.hash)
  const sample = byHash.slice(0, MAX_SAMPLE)
  const reset = byHash.filter(({ rsts }) => rsts.length > 0).slice(0, MAX_RESET)
  const recent = connections
    .filter(({ rsts, senders }) => rsts.length === 0 && senders.some(({ finNs }) => finNs === undefined))
    .toSorted((x, y) => y.lastNs - x.lastNs)
    .slice(0, MAX_RECENT)
  const kept = new Set([...sample, ...reset, ...recent])
  return {
    connections: connections.filter((each) => kept.has(each)),
    sampleBelow: byHash[MAX_SAMPLE]?.hash ?? ALL_HASHES,
  }
}

/** Puts the times of a connection on another axis. */
export function shiftTimes(connection: Followed, byNs: number): void {
  connection.firstNs += byNs
  connection.lastNs += byNs
  if (connection.synNs !== undefined) connection.synNs += byNs
  if (connection.synAckNs !== undefined) connection.synAckNs += byNs
  if (connection.establishedNs !== undefined) connection.establishedNs += byNs
  connection.rsts = connection.rsts.map((rst) => ({ ...rst, ns: rst.ns + byNs }))
  for (const sender of connection.senders) {
    if (sender.finNs !== undefined) sender.finNs += byNs
    for (const { flat } of [sender.data, sender.zero])
      for (let at = 0; at < flat.length; at++) if (at % 3 < 2) flat[at] = (flat[at] ?? 0) + byNs
  }
  connection.log?.shift(byNs)
}

import { endpoint, type Endpoint } from './address.ts'
import { text } from './bytes.ts'
import { fragments, ip, type IpFields } from './ip.ts'
import type { Packet } from './pcap.ts'
import { tcp, type Segment, type TcpOptions } from './tcp.ts'
import type { Tunnel } from './tunnel.ts'

/** How a connection starts out; all but the two ends have plain defaults. */
export interface ConnectionOptions {
  readonly client: string
  readonly server: string
  /** Initial sequence numbers. */
  readonly isn?: { readonly client?: number; readonly server?: number }
  /** What the sides put into their IP headers. */
  readonly ip?: { readonly client?: IpFields; readonly server?: IpFields }
  /** Innermost first. */
  readonly through?: readonly Tunnel[]
  /** When `at(0)` is, in seconds since 1970. */
  readonly start?: number
}

/** What one segment has that its place in the trace does not imply. A function gets the implied number. */
interface SegmentOptions {
  /** A segment with an explicit number is a repetition or an intruder: what the sender sends next stays the same. */
  readonly seq?: number | ((next: number) => number)
  readonly ack?: number | ((next: number) => number)
  /** Replaces the flags that the verb implies. */
  readonly flags?: string
  readonly window?: number
  readonly urgent?: number
  readonly options?: TcpOptions
  readonly dataOffset?: number
  readonly payload?: string | Uint8Array
  readonly ip?: IpFields
  /** Sends the packet as IP fragments with this many bytes of IP payload, a multiple of 8. */
  readonly fragmentAt?: number
  /** The other side acknowledges and goes on as if it had never seen this. */
  readonly lost?: boolean
}

/** One side's verbs; each adds a segment at the current time and returns the script. */
interface Side {
  syn(options?: SegmentOptions): Script
  synAck(options?: SegmentOptions): Script
  ack(options?: SegmentOptions): Script
  /** Data, or a number of bytes of it. PSH,ACK. */
  send(payload: string | Uint8Array | number, options?: SegmentOptions): Script
  fin(options?: SegmentOptions): Script
  /** RST without ACK at the next sequence number: the reply form, and that of an abortive close in some stacks. */
  rst(options?: SegmentOptions): Script
  /** RST,ACK: what Linux sends when it closes actively with unread data, and what refuses a SYN. */
  rstAck(options?: SegmentOptions): Script
}

/** A conversation being written down. `packets` is what has been written so far, in the order written. */
export interface Script {
  readonly packets: readonly Packet[]
  readonly client: Side
  readonly server: Side
  /** Sets the time of what follows, in seconds since the start. Need not increase. */
  at(seconds: number): Script
  /** Lets seconds pass. */
  after(seconds: number): Script
  /** SYN, SYN,ACK, ACK at the current time and `rtt` seconds apart as seen next to the client. */
  handshake(rtt?: number): Script
}

interface SideState {
  readonly endpoint: Endpoint
  readonly fields: IpFields
  next: number
  /** What the other side has seen of this one, as its acknowledgement number. */
  seen: number
  packetsSent: number
}

const DEFAULT_START = 1_700_000_000
const DEFAULT_WINDOW = 502
const SYN_OPTIONS: TcpOptions = { mss: 1460, sackPermitted: true, windowScale: 7 }

/**
 * Writes one TCP connection as a trace:
 *
 *     connection({ client: '10.0.0.1:40000', server: '10.0.0.2:8080' })
 *       .handshake()
 *       .at(0.002).client.send('GET / HTTP/1.1\r\n\r\n')
 *       .at(0.003).server.send(1448)
 *       .at(1.250).client.rstAck({ window: 0 }).packets
 */
export function connection(options: ConnectionOptions): Script {
  const packets: Packet[] = []
  const startNs = BigInt(options.start ?? DEFAULT_START) * 1_000_000_000n
  let nowNs = 0
  const clientState = sideState(options.client, options.ip?.client, options.isn?.client ?? 1000)
  const serverState = sideState(options.server, options.ip?.server, options.isn?.server ?? 500_000)

  const script: Script = {
    packets,
    client: sideOf(clientState, serverState, false),
    server: sideOf(serverState, clientState, true),
    at(seconds) {
      nowNs = Math.round(seconds * 1e9)
      return script
    },
    after(seconds) {
      nowNs += Math.round(seconds * 1e9)
      return script
    },
    handshake(rtt = 0.001) {
      return script.client.syn().after(rtt).server.synAck().after(0.000_02).client.ack()
    },
  }
  return script

  function sideOf(own: SideState, other: SideState, isServer: boolean): Side {
    const say = (flags: string, given: SegmentOptions = {}): Script => {
      const payload = typeof given.payload === 'string' ? text(given.payload) : given.payload
      const segment = segmentFor(own, other, flags, given, payload)
      if (given.seq === undefined) {
        own.next = (segment.seq + lengthInSequence(segment)) >>> 0
        if (given.lost !== true) own.seen = own.next
      }
      const fields = { ...own.fields, id: (own.fields.id ?? 0) + own.packetsSent++, ...given.ip }
      emit(
        ip(own.endpoint.address, other.endpoint.address, 6, tcp(segment), fields),
        isServer,
        given.fragmentAt,
      )
      return script
    }
    return {
      syn: (given) => say('S', { window: 64_240, options: SYN_OPTIONS, ...given }),
      synAck: (given) => say('S.', { window: 65_160, options: SYN_OPTIONS, ...given }),
      ack: (given) => say('.', given),
      send: (payload, given) =>
        say('P.', { ...given, payload: typeof payload === 'number' ? new Uint8Array(payload) : payload }),
      fin: (given) => say('F.', given),
      rst: (given) => say('R', { window: 0, ...given }),
      rstAck: (given) => say('R.', given),
    }
  }

  function emit(packet: Uint8Array, isReply: boolean, fragmentAt: number | undefined): void {
    const pieces = fragmentAt === undefined ? [packet] : fragments(packet, fragmentAt)
    for (const piece of pieces) {
      const bytes = (options.through ?? []).reduce((inner, tunnel) => tunnel(inner, isReply), piece)
      packets.push({ timeNs: startNs + BigInt(nowNs), bytes })
    }
  }
}

/** The packets of several scripts in order of time; at the same instant, in the order given. */
export function merge(...scripts: readonly Script[]): Packet[] {
  return scripts
    .flatMap(({ packets }) => packets)
    .toSorted((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0))
}

function sideState(written: string, fields: IpFields | undefined, isn: number): SideState {
  return { endpoint: endpoint(written), fields: fields ?? {}, next: isn, seen: 0, packetsSent: 0 }
}

function segmentFor(
  own: SideState,
  other: SideState,
  verbFlags: string,
  given: SegmentOptions,
  payload: Uint8Array | undefined,
): Segment {
  const flags = given.flags ?? verbFlags
  return {
    from: own.endpoint,
    to: other.endpoint,
    seq: resolve(given.seq, own.next),
    ack: resolve(given.ack, flags.includes('.') ? other.seen : 0),
    flags,
    window: given.window ?? DEFAULT_WINDOW,
    ...(given.urgent === undefined ? {} : { urgent: given.urgent }),
    ...(given.options === undefined ? {} : { options: given.options }),
    ...(given.dataOffset === undefined ? {} : { dataOffset: given.dataOffset }),
    ...(payload === undefined ? {} : { payload }),
  }
}

function resolve(given: number | ((next: number) => number) | undefined, implied: number): number {
  return typeof given === 'function' ? given(implied) >>> 0 : (given ?? implied)
}

function lengthInSequence({ flags, payload }: Segment): number {
  return (payload?.length ?? 0) + (flags.includes('S') ? 1 : 0) + (flags.includes('F') ? 1 : 0)
}

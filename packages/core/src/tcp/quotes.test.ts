import { describe, expect, test } from 'vitest'
import {
  address,
  connection,
  ethernet,
  ip,
  join,
  pcap,
  u16,
  u32,
  type Packet,
} from '../../test/build/index.ts'
import { CaptureReader } from '../read-capture.ts'
import * as L from './row.ts'
import { Tracker } from './tracker.ts'

const HOST_UNREACHABLE = [3, 1] as const
const PROHIBITED = [3, 13] as const
const script = () => connection({ client: '10.0.0.1:40000', server: '10.0.0.2:8080' })
const script6 = () => connection({ client: '[fd00::1]:40000', server: '[fd00::2]:8080' })

/** A router's error about each packet, with as much of it as given. */
function error([type, code]: readonly [number, number], packets: readonly Packet[], bytes = 548): Packet[] {
  return packets.map(({ timeNs, bytes: packet }) => {
    const isIpv4 = (packet[0] ?? 0) >> 4 === 4
    const message = join([type, code], u16(0), u32(0), packet.subarray(0, bytes))
    return {
      timeNs,
      bytes: isIpv4
        ? ip(address('192.0.2.7'), packet.subarray(12, 16), 1, message)
        : ip(address('2001:db8::7'), packet.subarray(8, 24), 58, message),
    }
  })
}

interface Followed {
  readonly tracker: Tracker
  readonly icmp: readonly { kind: number; count: number; frame: number; packets: number }[]
}

/** What the live rows say of ICMP errors, in the order in which the connections began. */
function follow(...packets: readonly Packet[]): Followed {
  const tracker = new Tracker(1)
  tracker.startInput(0, 0, true)
  new CaptureReader('pcap', tracker).push(pcap(packets, { link: ethernet() }))
  const { u32: u } = tracker.rows
  const icmp: Followed['icmp'][number][] = []
  tracker.rows.forEach((row) => {
    const packetsOf = (direction: number): number =>
      u[row + L.COMMON_WORDS + direction * L.DIRECTION_WORDS + L.U_PACKETS] ?? 0
    icmp.push({
      kind: (u[row + L.U_ICMP] ?? 0) & 0xffff,
      count: (u[row + L.U_ICMP] ?? 0) >>> 16,
      frame: u[row + L.U_ICMP_FRAME] ?? 0,
      packets: packetsOf(0) + packetsOf(1),
    })
  })
  return { tracker, icmp }
}

describe('an ICMP error', () => {
  test('is noted with the connection whose segment it quotes', () => {
    const { packets } = script().handshake()
    const { icmp } = follow(...packets, ...error(PROHIBITED, packets.slice(0, 1)))
    expect(icmp).toEqual([{ kind: 0x030d, count: 1, frame: 4, packets: 3 }])
  })

  test('counts, and the last one stands', () => {
    const { packets } = script().client.syn()
    const { icmp } = follow(...packets, ...error(PROHIBITED, packets), ...error(HOST_UNREACHABLE, packets))
    expect(icmp).toEqual([{ kind: 0x0301, count: 2, frame: 3, packets: 1 }])
  })

  test('is noted when it quotes eight bytes of TCP, the least that the standard asks for', () => {
    const { packets } = script().client.syn()
    expect(follow(...packets, ...error(HOST_UNREACHABLE, packets, 28)).icmp[0]?.kind).toBe(0x0301)
    expect(follow(...packets, ...error(HOST_UNREACHABLE, packets, 27)).icmp[0]?.kind).toBe(0)
  })

  test('over IPv6 is noted as well', () => {
    const { packets } = script6().client.syn()
    expect(follow(...packets, ...error([1, 1], packets)).icmp[0]?.kind).toBe(0x0101)
  })

  test('is about the sender of what it quotes, whichever address is lower', () => {
    const reply = connection({ client: '10.0.0.9:40000', server: '10.0.0.2:8080' }).handshake().packets
    expect(follow(...reply, ...error(HOST_UNREACHABLE, reply.slice(0, 1))).icmp[0]?.count).toBe(1)
  })

  test('about a number that the connection did not send is not its own', () => {
    const { packets } = script().handshake()
    const forged = script().client.send('x', { seq: 2_000_000 }).packets
    expect(follow(...packets, ...error(PROHIBITED, forged)).icmp[0]?.count).toBe(0)
  })

  test('alone is a stream to number and no connection', () => {
    const { tracker, icmp } = follow(...error(PROHIBITED, script().client.syn().packets))
    tracker.finish()
    expect(icmp).toEqual([])
    expect(tracker.streams).toBe(1)
    expect(tracker.life.totals()).toEqual({ connections: 0, graceful: 0, reset: 0 })
    expect([...tracker.life.services.all()]).toEqual([])
  })

  test('before the first segment does not make the connection older', () => {
    const { packets } = script().client.syn().at(5).client.syn({ seq: 1000 })
    const { tracker, icmp } = follow(...error(PROHIBITED, packets.slice(0, 1)), ...packets.slice(1))
    tracker.finish()
    expect(icmp).toEqual([{ kind: 0, count: 0, frame: 0, packets: 1 }])
    expect(tracker.streams).toBe(1)
    expect(tracker.life.totals().connections).toBe(1)
  })

  test('about a connection that ended long ago does not count it again', () => {
    const closed = script().handshake().client.fin().server.fin().client.ack().packets
    const others = [60, 61].flatMap(
      (second) =>
        connection({ client: `10.0.9.${second}:1`, server: '10.0.0.2:8080' })
          .at(second)
          .client.syn().packets,
    )
    const late = error(PROHIBITED, closed.slice(0, 1))
    const { tracker } = follow(...closed, ...others, ...late, ...late)
    tracker.finish()
    expect(tracker.streams).toBe(3)
    expect(tracker.life.totals()).toEqual({ connections: 3, graceful: 1, reset: 0 })
  })

  test('about another connection on the same ports leaves the one that is followed', () => {
    const open = script().handshake().packets
    const earlier = connection({ client: '10.0.0.1:40000', server: '10.0.0.2:8080', isn: { client: 77 } })
    const { tracker, icmp } = follow(
      ...open,
      ...error(HOST_UNREACHABLE, earlier.client.syn().packets),
      ...script().client.ack().packets,
    )
    tracker.finish()
    expect(icmp[0]).toMatchObject({ count: 0, packets: 4 })
    expect(tracker.life.totals().connections).toBe(1)
  })
})

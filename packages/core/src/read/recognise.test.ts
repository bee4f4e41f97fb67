import { expect, test } from 'vitest'
import { recogniseText } from './recognise.ts'

test('headers alone tell what an empty record is', () => {
  expect(recogniseText(['# cli (2026-11-22T15:21:44.049Z; delta over 8.1 s)'])).toBe('counters')
  expect(recogniseText(['# tracer: nop', '# wall_minus_trace_clock: 1795364868.456470'])).toBe('kernel-trace')
  expect(recogniseText(['# notes of mine'])).toBeUndefined()
})

/** The order and the words of net-tools 2.10 on Linux 6.18, shortened. */
const STATISTICS = `Ip:
    Forwarding: 1
    2837 total packets received
    0 incoming packets discarded
    2184 incoming packets delivered
    2073 requests sent out
Icmp:
    9 ICMP messages received
    ICMP input histogram:
        destination unreachable: 9
IcmpMsg:
        InType3: 9
Tcp:
    601 active connection openings
    99 failed connection attempts
    261 connection resets received
    2208 segments received
    117 resets sent
UdpLite:
TcpExt:
    Quick ack mode was activated 1 times
    186 packet headers predicted
    TCPSackRecovery: 1
    37 connections reset due to early user close
IpExt:
    InOctets: 2472336
MPTcpExt:`.split('\n')

test('netstat -s is known by its headings and what stands below them', () => {
  expect(recogniseText(STATISTICS)).toBe('counters')
  expect(recogniseText(['$ netstat -s', ...STATISTICS])).toBe('counters')
  const tcp = STATISTICS.slice(12, 24).filter((line) => !/active|resets sent/.test(line))
  expect(recogniseText(tcp)).toBe('counters')
})

test('what has the shape of netstat -s is not taken for it', () => {
  const yaml = ['Tcp:', '    port: 8080', '    retries: 3', 'Udp:', '    port: 53']
  expect(recogniseText(yaml)).toBeUndefined()
  const prose = ['Tcp:', '    3 clients were disconnected', '    117 resets, sent by the proxy']
  expect(recogniseText(prose)).toBeUndefined()
  const unrelated = ['Tcpdump:', '    37 connections reset due to early user close']
  expect(recogniseText(unrelated)).toBeUndefined()
  const error = '2026-11-22T14:55:15.123Z ERROR read ECONNRESET'
  const log = [...Array.from({ length: 20 }, () => error), ...STATISTICS]
  expect(recogniseText(log)).toBe('log')
})

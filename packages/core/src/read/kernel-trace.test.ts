import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { KernelTrace } from './kernel-event.ts'
import { createKernelTraceReader, looksLikeKernelTraceLine } from './kernel-trace.ts'

function read(text: string): KernelTrace {
  const reader = createKernelTraceReader()
  for (const [i, line] of text.split('\n').entries()) reader.line(line, i + 1, {})
  return reader.end()
}

const SENT =
  'tcp_send_reset: skbaddr=0000000000000000 skaddr=00000000050a5884 src=[::ffff:10.91.1.1]:58072 dest=[::ffff:10.91.1.2]:8080 state=TCP_CLOSE reason=TCP_ABORT_ON_CLOSE'
const RECEIVED =
  'tcp_receive_reset: family=AF_INET sport=8080 dport=58072 saddr=10.91.1.2 daddr=10.91.1.1 saddrv6=::ffff:10.91.1.2 daddrv6=::ffff:10.91.1.1 sock_cookie=1133'
const CLIENT = { address: '10.91.1.1', port: 58_072 }
const SERVER = { address: '10.91.1.2', port: 8080 }

test('trace_pipe of Linux 6.18: local is the sender of a sent reset and the receiver of a received one', () => {
  const trace = read(`# tracer: nop
# trace_clock: mono
# wall_minus_trace_clock: 1795357591.893791   (date +%s.%N minus the trace clock, taken at the end)
#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION
         python3-6172    [000] ...1.  1722.632709: tracing_mark_write: wall 1795359314.526472
       Finalizer-6266    [001] ..s2.  1724.718601: ${RECEIVED}
       Finalizer-6266    [001] .....  1724.718615: ${SENT}`)
  expect(trace).toEqual({
    clock: 'mono',
    wallMinusTraceSeconds: 1_795_357_591.893791,
    resets: [
      {
        line: 6,
        what: 'received',
        time: { clock: 'trace', seconds: 1724.718601 },
        task: { name: 'Finalizer', tid: 6266 },
        inInterrupt: true,
        local: SERVER,
        peer: CLIENT,
      },
      {
        line: 7,
        what: 'sent',
        time: { clock: 'trace', seconds: 1724.718615 },
        task: { name: 'Finalizer', tid: 6266 },
        inInterrupt: false,
        local: CLIENT,
        peer: SERVER,
        state: 'CLOSE',
        reason: 'TCP_ABORT_ON_CLOSE',
      },
    ],
    stateChanges: [],
    problems: [],
  })
})

test('a task without a name takes the one that it has on other lines, and is left out where that is not known', () => {
  const { resets } = read(`           <...>-6266    [001] ..... 1.000001: ${SENT}
           <...>-6267    [001] ..... 1.000002: ${SENT}
            java-6266    [001] ..... 1.000003: ${SENT}
              sh-6268    [001] ..... 1.000004: ${SENT}
             nc-6268    [001] ..... 1.000005: ${SENT}
           <...>-6268    [001] ..... 1.000006: ${SENT}
:6269  6269 [001]     1.000007: tcp:${SENT}`)
  expect(resets.map(({ task }) => task?.name)).toEqual([
    'java',
    undefined,
    'java',
    'sh',
    'nc',
    undefined,
    undefined,
  ])
})

test('a stray segment: the kernel prints its ends exchanged, so the first is still the sender of the reset', () => {
  const trace = read(
    'node-721     [001] ..s1.  2258.231932: tcp_send_reset: skbaddr=0000000005afe0a6 skaddr=0000000000000000 src=10.91.15.2:9090 dest=10.91.15.1:49406 state=UNKNOWN reason=NO_SOCKET',
  )
  expect(trace.resets[0]).toMatchObject({
    local: { address: '10.91.15.2', port: 9090 },
    peer: { address: '10.91.15.1', port: 49_406 },
    state: 'UNKNOWN',
    reason: 'NO_SOCKET',
  })
})

test.each([
  ['src=0.0.0.0:6379 dest=0.0.0.0:0', { port: 6379 }],
  ['src=[::]:6379 dest=[::]:0', { port: 6379 }],
  ['src=10.91.24.140:6379 dest=0.0.0.0:0', { address: '10.91.24.140', port: 6379 }],
])('a reset that a listener sends has no peer: %s', (ends, local) => {
  const { resets } = read(
    ` python3-7882    [000] ..s1.  2721.021463: tcp_send_reset: skbaddr=000000005b6d8057 skaddr=00000000a1bc9af5 ${ends} state=TCP_LISTEN reason=TCP_FLAGS`,
  )
  expect(resets[0]).toMatchObject({ local, state: 'LISTEN', reason: 'TCP_FLAGS' })
  expect(resets[0]?.local).toEqual(local)
  expect(resets[0]).not.toHaveProperty('peer')
})

test.each([
  // 4.16 to 5.13, 5.14 to 6.7, 6.8 and 6.9.
  'sport=58072 dport=8080 saddr=10.91.1.1 daddr=10.91.1.2 saddrv6=::ffff:10.91.1.1 daddrv6=::ffff:10.91.1.2 state=TCP_CLOSE',
  'family=AF_INET sport=58072 dport=8080 saddr=10.91.1.1 daddr=10.91.1.2 saddrv6=::ffff:10.91.1.1 daddrv6=::ffff:10.91.1.2 state=TCP_CLOSE',
  'skbaddr=(nil) skaddr=0xffff8881047e3a80 family=AF_INET sport=58072 dport=8080 saddr=10.91.1.1 daddr=10.91.1.2 saddrv6=::ffff:10.91.1.1 daddrv6=::ffff:10.91.1.2 state=TCP_CLOSE',
])('the older layout has no reason: %s', (fields) => {
  const { resets, problems } = read(`java-1 [000] .... 5.000001: tcp_send_reset: ${fields}`)
  expect(resets[0]).toMatchObject({ local: CLIENT, peer: SERVER, state: 'CLOSE' })
  expect(resets[0]).not.toHaveProperty('reason')
  expect(problems).toEqual([])
})

test('of an IPv6 socket only the IPv6 pair is true', () => {
  const { resets } = read(
    'java-1 [000] .... 5.000001: tcp_receive_reset: family=AF_INET6 sport=36882 dport=9 saddr=127.0.0.6 daddr=127.0.0.6 saddrv6=2001:db8::1 daddrv6=2001:db8::2 sock_cookie=2',
  )
  expect(resets[0]).toMatchObject({
    local: { address: '2001:db8::1', port: 36_882 },
    peer: { address: '2001:db8::2', port: 9 },
  })
})

test.each([
  ['          <idle>-0       [001] ..s1.  5.000001: ', '<idle>', 0, true],
  ['   nginx: worker-718     [001] d.h2.  5.000001: ', 'nginx: worker', 718, true],
  ['      my-app-1-2-9       [001] .N...  5.000001: ', 'my-app-1-2', 9, false],
  ['     ksoftirqd/0-14      [000] b....  5.000001: ', 'ksoftirqd/0', 14, false],
  ['            java-6266  (   6255) [001] ....     5.000001: ', 'java', 6266, false],
  ['            java-6266    [001] (-------) ...1   5.000001: ', 'java', 6266, false],
  ['            java-6266    [001] d..h2..     5.000001: ', 'java', 6266, true],
])('reads the task of "%s"', (prefix, name, tid, inInterrupt) => {
  expect(read(prefix + SENT).resets[0]).toMatchObject({
    task: { name, tid },
    inInterrupt,
    time: { clock: 'trace', seconds: 5.000001 },
  })
})

test('without flags only an active reset that the program asked for counts as the task’s own', () => {
  const prefix = '            java-6266    [001]  5.000001: '
  const reply =
    'tcp_send_reset: skbaddr=0000000005afe0a6 skaddr=0000000000000000 src=10.0.0.1:1 dest=10.0.0.2:2 state=UNKNOWN reason=NO_SOCKET'
  const trace = read(
    [SENT, RECEIVED, reply, SENT.replace('TCP_ABORT_ON_CLOSE', 'TCP_KEEPALIVE_TIMEOUT')]
      .map((event) => prefix + event)
      .join('\n'),
  )
  expect(trace.resets.map(({ inInterrupt }) => inInterrupt)).toEqual([false, true, true, true])
})

test('perf script: other prefix, numbers for names, null pointers as (nil)', () => {
  const trace =
    read(`         python3 12995 [001]  1009.650895: sock:inet_sock_set_state: family=AF_INET protocol=IPPROTO_TCP sport=0 dport=9 saddr=127.0.0.1 daddr=127.0.0.1 saddrv6=::ffff:127.0.0.1 daddrv6=::ffff:127.0.0.1 oldstate=TCP_CLOSE newstate=TCP_SYN_SENT
         python3 12995 [001]  1009.651219:       tcp:tcp_send_reset: skbaddr=0xffff888109f54ee0 skaddr=(nil) src=127.0.0.1:9 dest=127.0.0.1:58014 state=UNKNOWN reason=NO_SOCKET
   nginx: worker 12995/12996 [001]  1009.652846123:       tcp:tcp_send_reset: skbaddr=(nil) skaddr=0xffff8881047e3a80 src=[::ffff:127.0.0.1]:42053 dest=[::ffff:127.0.0.1]:49228 state=0x7 reason=0x63`)
  expect(trace.stateChanges).toEqual([
    {
      line: 1,
      time: { clock: 'trace', seconds: 1009.650895 },
      local: { address: '127.0.0.1' },
      peer: { address: '127.0.0.1', port: 9 },
      from: 'CLOSE',
      to: 'SYN_SENT',
    },
  ])
  expect(trace.resets).toMatchObject([
    { local: { port: 9 }, peer: { port: 58_014 }, inInterrupt: true },
    {
      task: { name: 'nginx: worker', tid: 12_996 },
      time: { seconds: 1009.652846123 },
      local: { address: '127.0.0.1', port: 42_053 },
      state: 'CLOSE',
      reason: '0x63',
      inInterrupt: false,
    },
  ])
})

test('state changes of other protocols are passed over', () => {
  const { stateChanges, problems } = read(
    'x-1 [000] .... 5.000001: inet_sock_set_state: family=AF_INET protocol=IPPROTO_MPTCP sport=80 dport=9 saddr=127.0.0.1 daddr=127.0.0.1 saddrv6=:: daddrv6=:: oldstate=TCP_CLOSE newstate=TCP_LISTEN',
  )
  expect(stateChanges).toEqual([])
  expect(problems).toEqual([])
})

test('a marker gives the clock’s offset where no header does', () => {
  const marked = 'sh-1 [000] ...1. 100.500000: tracing_mark_write: wall 1795359314.500000'
  expect(read(marked).wallMinusTraceSeconds).toBe(1_795_359_214)
  expect(read(`${marked}\n# wall_minus_trace_clock: -5`).wallMinusTraceSeconds).toBe(-5)
  expect(read('sh-1 [000] ...1. 100.500000: tracing_mark_write: hello')).not.toHaveProperty(
    'wallMinusTraceSeconds',
  )
})

test.each([
  ['CPU:1 [LOST 25 EVENTS]', 25],
  ['CPU:1 [7 EVENTS DROPPED]', 7],
  ['CPU: 0 [EVENTS DROPPED]', 0],
  ['# entries-in-buffer/entries-written: 205/1205   #P:2', 1000],
])('says that events were lost: %s', (line, events) => {
  expect(read(line).problems).toMatchObject([{ code: 'trace-events-lost', values: { events }, line: 1 }])
})

test('a trace that lost nothing has no problem', () => {
  expect(read('# entries-in-buffer/entries-written: 205/205   #P:2').problems).toEqual([])
})

test('damaged events and events without seconds are counted and left out', () => {
  const trace = read(`x-1 [000] ..... 5.000001: ${SENT.slice(0, 80)}
x-1 [000] ..... 18446744073709: ${SENT}
x-1 [000] ..... 5.000001: ${SENT}`)
  expect(trace.resets).toHaveLength(1)
  expect(trace.problems).toMatchObject([
    { code: 'lines-damaged', values: { lines: 1 }, line: 1 },
    { code: 'trace-clock-not-seconds', values: { events: 1 }, line: 2 },
  ])
})

test('recognises its lines and no others', () => {
  const own = [
    '# tracer: nop',
    '# wall_minus_trace_clock: 1795357591.89',
    `java-1 [000] .... 5.000001: ${SENT}`,
    '   kworker/0:1-5 [000] d..2. 5.000001: sched_switch: prev_comm=x',
    '   java 12995 [001]  1009.650895: tcp:tcp_probe: family=AF_INET',
  ]
  expect(own.filter((line) => !looksLikeKernelTraceLine(line))).toEqual([])
  const others = [
    '',
    '# cli (2026-11-22T15:21:44.049Z; delta over 8.1 s)',
    '[3071:0x1a5e1cb0]     1363 ms: Mark-Compact (reduce) 7.6 (10.5) -> 6.0 (10.7) MB',
    '2022-07-26T21:00:45.231+0800: 7.599: #2: [Full GC (System.gc()) 1K->1K(2K), 0.64 secs]',
    'Nov 22 14:55:21 web-1 nginx[718]: tcp_send_reset: something',
  ]
  expect(others.filter((line) => looksLikeKernelTraceLine(line))).toEqual([])
})

test('events that are built are read back, and cutting keeps those before the cut', () => {
  const reset = fc.record({
    ip: fc.ipV4(),
    port: fc.integer({ min: 1, max: 65_535 }),
    name: fc.stringMatching(/^[a-z]([ a-z:/-]{0,10}[a-z])?$/),
    tid: fc.integer({ min: 0, max: 4_194_304 }),
    time: fc.tuple(fc.nat(999_999), fc.integer({ min: 100_000, max: 999_999 })),
  })
  fc.assert(
    fc.property(
      fc.array(reset, { minLength: 1 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (resets, share) => {
        const text = resets
          .map(
            ({ ip, port, name, tid, time }) =>
              `${name}-${tid} [000] ..... ${time.join('.')}: tcp_send_reset: skbaddr=0 skaddr=0 src=${ip}:${port} dest=10.9.9.9:80 state=TCP_CLOSE reason=TCP_STATE\n`,
          )
          .join('')
        const whole = read(text)
        expect(whole.resets.map(({ task, time, local }) => ({ ...task, time, ...local }))).toEqual(
          resets.map(({ ip, port, name, tid, time }) => ({
            name,
            tid,
            time: { clock: 'trace', seconds: Number(time.join('.')) },
            address: ip,
            port,
          })),
        )
        const cut = text.slice(0, Math.floor(text.length * share))
        const before = cut.split('\n').length - 1
        expect(read(cut).resets.slice(0, before)).toEqual(whole.resets.slice(0, before))
      },
    ),
  )
})

test('arbitrary lines never throw', () => {
  const word = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'tcp_send_reset:',
      'x-1',
      '[000]',
      '5.1:',
      'src=',
      'dest=1.1.1.1:1',
      '#',
      'saddrv6=::',
      'sport=1',
      'wall 1',
    ),
  )
  fc.assert(
    fc.property(fc.array(fc.array(word).map((words) => words.join(' '))), (lines) => {
      const reader = createKernelTraceReader()
      for (const [i, line] of lines.entries()) {
        looksLikeKernelTraceLine(line)
        reader.line(line, i + 1, {})
      }
      reader.end()
    }),
  )
})

test('of more events than are kept, the newest are', () => {
  const reader = createKernelTraceReader()
  const events = 200_005
  for (let line = 1; line <= events; line += 1)
    reader.line(`       Finalizer-6266    [001] .....  ${line}.718615: ${SENT}`, line, {})
  const { resets, problems } = reader.end()
  expect([resets.length, resets[0]?.line, resets.at(-1)?.line]).toEqual([200_000, 6, events])
  expect(problems.map(({ text }) => text)).toEqual([
    expect.stringMatching(/^only the newest .* 5 older ones/),
  ])
})

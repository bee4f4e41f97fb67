import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SocketRow, SocketTable } from './socket-row.ts'
import { createSocketTableReader, looksLikeSocketTableLine } from './socket-table.ts'

function read(text: string, fileName = 'sockets.txt'): readonly SocketTable[] {
  const reader = createSocketTableReader(fileName)
  for (const [i, line] of text.split('\n').entries()) reader.line(line, i + 1, {})
  return reader.end()
}

function readOne(text: string, fileName?: string): SocketTable {
  const [table, ...others] = read(text, fileName)
  expect(others).toEqual([])
  if (table === undefined) throw new Error('no table was read')
  return table
}

function ends(rows: readonly SocketRow[]): string[] {
  return rows.map(
    ({ state, local, peer }) => `${state} ${local.address}:${local.port} ${peer.address}:${peer.port}`,
  )
}

const SS_HEADER = 'State     Recv-Q  Send-Q Local Address:Port  Peer Address:PortProcess   '

test('ss -tanpoiem: a row, its owners, its timer and the figures on the line below are one socket', () => {
  const table = readOne(`${SS_HEADER}
ESTAB     119808  1      [::ffff:10.91.1.1]:58072 [::ffff:10.91.1.2]:8080 users:(("java",pid=6255,fd=9),("nginx: worker",pid=1,fd=2)) timer:(on,2.116ms,3) uid:1000 ino:22218 sk:7f cgroup:/ <->
\t skmem:(r131008,rb131072,t0,tb3939840,f4160,w0,o0,bl0,d2) ts sack bbr wscale:10,10 rto:204 retrans:1/5 bytes_acked:121 bytes_received:128512 bbr:(bw:0bps,mrtt:0.003) lastsnd:536 lastrcv:280 lastack:281 unacked:2 rcv_space:65495
TIME-WAIT 0       0      10.91.1.1:33644  10.91.1.2:8080 timer:(timewait,1min2sec,0) ino:0 sk:8
\t
`)
  expect(table).toMatchObject({ format: 'ss', problems: [] })
  expect(table.rows).toEqual([
    {
      row: 1,
      line: 2,
      state: 'ESTABLISHED',
      recvQ: 119_808,
      sendQ: 1,
      local: { address: '10.91.1.1', port: 58_072 },
      peer: { address: '10.91.1.2', port: 8080 },
      processes: [
        { name: 'java', pid: 6255, fd: 9 },
        { name: 'nginx: worker', pid: 1, fd: 2 },
      ],
      timer: { kind: 'on', ms: 2116, retransmits: 3 },
      uid: 1000,
      inode: 22_218,
      cookie: '7f',
      retransmits: 5,
      bytesAcknowledged: 121,
      bytesReceived: 128_512,
      lastSentMs: 536,
      lastReceivedMs: 280,
      lastAckMs: 281,
      unacknowledgedSegments: 2,
    },
    {
      row: 2,
      line: 4,
      state: 'TIME-WAIT',
      recvQ: 0,
      sendQ: 0,
      local: { address: '10.91.1.1', port: 33_644 },
      peer: { address: '10.91.1.2', port: 8080 },
      timer: { kind: 'timewait', ms: 62_000, retransmits: 0 },
      cookie: '8',
    },
  ])
})

test('ss -O puts everything on one line, -H leaves out the column line', () => {
  const table = readOne(
    'CLOSE-WAIT 31     0       127.0.0.1:47566 127.0.0.1:8443 users:(("java",pid=13416,fd=7)) ino:22220 sk:9 --> skmem:(r862) ts bytes_received:31 lastrcv:536',
  )
  expect(table.rows[0]).toMatchObject({
    state: 'CLOSE-WAIT',
    recvQ: 31,
    uid: 0,
    inode: 22_220,
    bytesReceived: 31,
    lastReceivedMs: 536,
  })
})

test.each([
  ['4min57sec', 297_000],
  ['54sec', 54_000],
  ['204ms', 204],
  ['040ms', 40],
  ['2.004ms', 2004],
  ['119min', 7_140_000],
  ['', 0],
])('reads the timer %s as %d ms', (printed, ms) => {
  const table = readOne(`ESTAB 0 0 10.0.0.1:80 10.0.0.2:90 timer:(keepalive,${printed},0)`)
  expect(table.rows[0]?.timer).toEqual({ kind: 'keepalive', ms, retransmits: 0 })
})

test('names owners as ss -T, -Z and old versions print them', () => {
  const owners = [
    '(("java",pid=6,tid=7,fd=9))',
    '(("java",pid=6,proc_ctx=system_u:system_r:x_t:s0,fd=9))',
    '(("java",6,9))',
    '(("java",pid=6,fd=9)',
  ]
  for (const users of owners) {
    const table = readOne(`ESTAB 0 0 10.0.0.1:80 10.0.0.2:90 users:${users}`)
    expect(table.rows[0]?.processes).toEqual([{ name: 'java', pid: 6, fd: 9 }])
  }
})

test('owners that a narrow terminal wrapped to the next line belong to the row above', () => {
  const row = 'ESTAB 0 0 10.0.0.1:80 10.0.0.2:90'
  const table = readOne(
    `${row}\n users:(("java",pid=6,fd=9))\n${row}1\nusers:(("java",pid=6,fd=9)) timer:(on,204ms,1)`,
  )
  expect(table.rows).toMatchObject([
    { line: 1, processes: [{ name: 'java', pid: 6, fd: 9 }] },
    { line: 3, processes: [{ name: 'java', pid: 6, fd: 9 }], timer: { ms: 204 } },
  ])
})

test('addresses of ss: any, interfaces, brackets, names of services', () => {
  const table = readOne(`${SS_HEADER}
LISTEN     0      7                  *:8443             *:*
LISTEN     0      128  0.0.0.0%d0:7777     0.0.0.0:*
LISTEN     0      128  [fe80::1234:5678:9abc:def0]%d0:9999 [::]:*
LISTEN     0      50   :::22   :::*
ESTAB      0      0    ::ffff:10.0.0.1:http-alt   ::ffff:10.0.0.2:51000
SYN-RECV   0      0    10.0.0.1:1   10.0.0.2:2
FIN-WAIT-1 0      1    10.0.0.1:1   10.0.0.2:3
UNCONN     0      0    10.0.0.1:1   0.0.0.0:*`)
  expect(ends(table.rows)).toEqual([
    'LISTEN *:8443 *:undefined',
    'LISTEN 0.0.0.0:7777 0.0.0.0:undefined',
    'LISTEN fe80::1234:5678:9abc:def0:9999 :::undefined',
    'LISTEN :::22 :::undefined',
    'ESTABLISHED 10.0.0.1:8080 10.0.0.2:51000',
    'SYN-RECEIVED 10.0.0.1:1 10.0.0.2:2',
    'FIN-WAIT-1 10.0.0.1:1 10.0.0.2:3',
    'CLOSED 10.0.0.1:1 0.0.0.0:undefined',
  ])
  expect(table.problems).toEqual([])
})

test('ss -anp: rows of other protocols, and the lines below them, are passed over in silence', () => {
  const table = readOne(`Netid State      Recv-Q Send-Q  Local Address:Port  Peer Address:Port Process
nl    UNCONN     0      0                   0:0                *
u_str LISTEN     0      128   /run/sock name 22229            * 0    users:(("python3",pid=13416,fd=14))
udp   UNCONN     0      0           127.0.0.1:53         0.0.0.0:*    users:(("python3",pid=13416,fd=13))
\t skmem:(r0) lastrcv:1
mptcp LISTEN     0      0           127.0.0.1:53         0.0.0.0:*
tcp   ESTAB      5      0           127.0.0.1:33634    127.0.0.1:8080 users:(("python3",pid=13416,fd=5))
udp   ESTAB      0      0           127.0.0.1:53       127.0.0.1:99
\t skmem:(r0) lastrcv:1`)
  expect(ends(table.rows)).toEqual(['ESTABLISHED 127.0.0.1:33634 127.0.0.1:8080'])
  expect(table.rows[0]).not.toHaveProperty('lastReceivedMs')
  expect(table.problems).toEqual([])
})

test('a table without a State column takes the state from the row, the command above it or the file name, else it says so', () => {
  const header = 'Recv-Q Send-Q Local Address:Port Peer Address:PortProcess'
  const row = '31     0          127.0.0.1:47566    127.0.0.1:8443 users:(("python3",pid=13416,fd=7))'
  const states = [
    readOne(`${header}\n${row} ino:5 sk:9 -->`),
    readOne(`$ ss -tnp state close-wait\n${header}\n${row}`),
    readOne(`${header}\n${row}`, 'logs/ss_close_wait.txt'),
    readOne(`${header}\n${row}`),
  ]
  expect(states.map((table) => table.rows[0]?.state)).toEqual([
    'CLOSE-WAIT',
    'CLOSE-WAIT',
    'CLOSE-WAIT',
    'ESTABLISHED',
  ])
  expect(states.map((table) => table.problems.map(({ code }) => code))).toEqual([
    [],
    [],
    [],
    ['socket-state-assumed'],
  ])
})

test('a SYN-SENT socket has no last segment, whatever ss counts', () => {
  const table = readOne(
    'SYN-SENT 0 1 192.0.2.1:51056 192.0.2.9:443\n\t bbr rto:1000 lastsnd:790436 lastrcv:790436 unacked:1',
  )
  expect(table.rows[0]).toMatchObject({ state: 'SYN-SENT', unacknowledgedSegments: 1 })
  expect(table.rows[0]).not.toHaveProperty('lastReceivedMs')
})

test('netstat -tanpeo of Linux', () => {
  const table = readOne(`Active Internet connections (servers and established)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       User       Inode      PID/Program name     Timer
tcp        0      0 127.0.0.1:8080          0.0.0.0:*               LISTEN      0          22216      19587/nginx: master  off (0.00/0/0)
tcp        0      1 192.0.2.1:51056         192.0.2.9:443           SYN_SENT    1000       22230      13416/python3        on (0.37/2/0)
tcp6       0 3782144 127.0.0.1:8443          127.0.0.1:47582         ESTABLISHED 0          22225      -                    probe (0.24/0/4)
tcp6       0      0 127.0.0.1:8443          127.0.0.1:47566         FIN_WAIT2   0          0          -                    timewait (59.40/0/0)
udp        0      0 127.0.0.1:53            0.0.0.0:*                           0          1          13416/python3        off (0.00/0/0)
Active UNIX domain sockets (servers and established)
Proto RefCnt Flags       Type       State         I-Node   PID/Program name     Path
unix  2      [ ACC ]     STREAM     LISTENING     22229    13416/python3        /run/sock`)
  expect(table).toMatchObject({ format: 'netstat', problems: [] })
  expect(table.rows).toEqual([
    {
      row: 1,
      line: 3,
      state: 'LISTEN',
      recvQ: 0,
      local: { address: '127.0.0.1', port: 8080 },
      peer: { address: '0.0.0.0' },
      uid: 0,
      inode: 22_216,
      processes: [{ name: 'nginx: master', pid: 19_587 }],
    },
    {
      row: 2,
      line: 4,
      state: 'SYN-SENT',
      recvQ: 0,
      sendQ: 1,
      local: { address: '192.0.2.1', port: 51_056 },
      peer: { address: '192.0.2.9', port: 443 },
      uid: 1000,
      inode: 22_230,
      processes: [{ name: 'python3', pid: 13_416 }],
      timer: { kind: 'on', ms: 370, retransmits: 2 },
    },
    {
      row: 3,
      line: 5,
      state: 'ESTABLISHED',
      recvQ: 0,
      sendQ: 3_782_144,
      local: { address: '127.0.0.1', port: 8443 },
      peer: { address: '127.0.0.1', port: 47_582 },
      uid: 0,
      inode: 22_225,
      timer: { kind: 'persist', ms: 240, retransmits: 4 },
    },
    {
      row: 4,
      line: 6,
      state: 'FIN-WAIT-2',
      recvQ: 0,
      sendQ: 0,
      local: { address: '127.0.0.1', port: 8443 },
      peer: { address: '127.0.0.1', port: 47_566 },
      timer: { kind: 'timewait', ms: 59_400, retransmits: 0 },
    },
  ])
})

test('an IPv6 address that netstat cut is marked, also where the rest looks whole', () => {
  const table = readOne(`tcp6       0      0 fe80::1234:5678:9a:9999 :::*                    LISTEN
tcp6       0      0 2001:db8:85a3:123:51340 2001:db8:85a3:1234:8443 ESTABLISHED
tcp6       0      0 ::1:38570               ::1:8443                ESTABLISHED`)
  expect(ends(table.rows)).toEqual([
    'LISTEN fe80::1234:5678:9a…:9999 :::undefined',
    'ESTABLISHED 2001:db8:85a3:123…:51340 2001:db8:85a3:1234…:8443',
    'ESTABLISHED ::1:38570 ::1:8443',
  ])
  expect(table.problems).toMatchObject([{ code: 'address-truncated', values: { rows: 2 }, line: 1 }])
})

test('netstat -W and busybox do not cut: an address of that length is whole there', () => {
  const table = readOne(`tcp        0      0 fe80::1234:5678:9a:9999 :::*                    LISTEN
tcp        0      0 2001:db8:85a3:1234:1319:8a2e:370:7344:51340 ::ffff:10.0.0.1:8443 ESTABLISHED `)
  expect(ends(table.rows)).toEqual([
    'LISTEN fe80::1234:5678:9a:9999 :::undefined',
    'ESTABLISHED 2001:db8:85a3:1234:1319:8a2e:370:7344:51340 10.0.0.1:8443',
  ])
  expect(table.problems).toEqual([])
})

test('netstat -anv of macOS', () => {
  const table = readOne(`Active Internet connections (including servers)
Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)      rhiwat  shiwat    pid   epid
tcp4       0      0  10.0.0.1.49152         10.0.0.2.443           ESTABLISHED  131072  131072    823      0
tcp4    1301      0  10.0.0.1.49153         10.0.0.2.8080          CLOSE_WAIT   131072  131072    824      0
tcp46      0      0  *.8080                 *.*                    LISTEN       131072  131072      0      0
tcp6       0      0  fe80::aede:48ff:.49160 fe80::aede:48ff:.8021  FIN_WAIT_2   131072  131072    825      0
udp4       0      0  *.5353                 *.*                                  786896    9216    200      0
Active LOCAL (UNIX) domain sockets
Address          Type   Recv-Q Send-Q            Inode             Conn             Refs          Nextref Addr
f9b1 stream      0      0                0 f9b2                0                0`)
  expect(ends(table.rows)).toEqual([
    'ESTABLISHED 10.0.0.1:49152 10.0.0.2:443',
    'CLOSE-WAIT 10.0.0.1:49153 10.0.0.2:8080',
    'LISTEN *:8080 *:undefined',
    'FIN-WAIT-2 fe80::aede:48ff:…:49160 fe80::aede:48ff:…:8021',
  ])
  expect(table.rows[1]).toMatchObject({ recvQ: 1301, processes: [{ pid: 824 }] })
  expect(table.rows[2]).not.toHaveProperty('recvQ')
})

test.each([
  [
    'Active Connections',
    '  Proto  Local Address          Foreign Address        State           PID',
    'LISTENING',
    'CLOSE_WAIT',
  ],
  [
    'Aktive Verbindungen',
    '  Proto  Lokale Adresse         Remoteadresse          Status          PID',
    'ABHÖREN',
    'SCHLIESSEN_WARTEN',
  ],
  ['活动连接', '  协议  本地地址          外部地址        状态           PID', 'LISTENING', 'CLOSE_WAIT'],
])('netstat -ano of Windows: %s', (title, header, listening, closeWait) => {
  const table = readOne(`
${title}

${header}
  TCP    0.0.0.0:135            0.0.0.0:0              ${listening}       1044
  TCP    10.0.0.1:50000         10.0.0.2:8080          ${closeWait}      5120
  TCP    [fe80::1%12]:445       [::]:0                 ${listening}       4
  UDP    0.0.0.0:123            *:*                                    1092\r`)
  expect(ends(table.rows)).toEqual([
    'LISTEN 0.0.0.0:135 0.0.0.0:undefined',
    'CLOSE-WAIT 10.0.0.1:50000 10.0.0.2:8080',
    'LISTEN fe80::1:445 :::undefined',
  ])
  expect(table.rows[1]).toMatchObject({ processes: [{ pid: 5120 }] })
  expect(table.rows[1]).not.toHaveProperty('recvQ')
})

const PROC_TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 22216 1 00000000c63bde78 100 0 0 10 0
   2: 010200C0:C770 090200C0:01BB 02 00000001:00000000 01:00000020 00000003  1000        0 22230 2 00000000adfdb882 100 0 0 10 -1
   4: 0100007F:836C 0100007F:1F90 06 00000000:00000000 03:0000172B 00000000     0        0 0 3 00000000f1df3caf
   5: 0100007F:B9CE 0100007F:20FB 08 00000000:0000001F 00:00000000 00000000     0        0 22220 2 0000000082faf7d0 20 4 28 10 -1 `
const PROC_TCP6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   1: 000080FE0000000078563412F0DEBC9A:270F 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 22232 1 000000004e1bb796 100 0 0 10 0
   2: 0000000000000000FFFF00000100007F:20FB 0000000000000000FFFF00000100007F:B9DE 01 0039B600:00000000 04:00000013 00000000     0        7 22225 2 00000000973c8bc7 20 0 0 15 -1`
const PROC_ENDS = [
  'LISTEN 127.0.0.1:8080 0.0.0.0:undefined',
  'SYN-SENT 192.0.2.1:51056 192.0.2.9:443',
  'TIME-WAIT 127.0.0.1:33644 127.0.0.1:8080',
  'CLOSE-WAIT 127.0.0.1:47566 127.0.0.1:8443',
  'LISTEN fe80::1234:5678:9abc:def0:9999 :::undefined',
  'ESTABLISHED 127.0.0.1:8443 127.0.0.1:47582',
]

test('/proc/net/tcp and tcp6 after each other are one snapshot', () => {
  const table = readOne(`${PROC_TCP}\n${PROC_TCP6}`)
  expect(table).toMatchObject({ format: 'proc-net-tcp', problems: [] })
  expect(ends(table.rows)).toEqual(PROC_ENDS)
  expect(table.rows[1]).toMatchObject({
    sendQ: 1,
    uid: 1000,
    inode: 22_230,
    timer: { kind: 'on', ms: 320, retransmits: 3 },
  })
  expect(table.rows[3]).toMatchObject({ recvQ: 31 })
  expect(table.rows[5]).toMatchObject({
    sendQ: 3_782_144,
    timer: { kind: 'persist', ms: 190, retransmits: 7 },
  })
})

test('/proc/net/tcp of a big-endian machine has the same addresses', () => {
  const swapped = `${PROC_TCP}\n${PROC_TCP6}`.replace(/\b([\dA-F]{8}|[\dA-F]{32})(?=:[\dA-F]{4} )/g, (hex) =>
    hex.replace(/(..)(..)(..)(..)/g, '$4$3$2$1'),
  )
  expect(swapped).toContain('7F000001:1F90')
  expect(ends(readOne(swapped).rows)).toEqual(PROC_ENDS)
})

test('/proc/net/udp has no TCP connections', () => {
  expect(
    read(`   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  123: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 22228 2 0000000000000000 0`),
  ).toEqual([])
})

test('the file name says whose snapshot it is, and of when', () => {
  expect(readOne(SS_HEADER, 'incident/sockets/ss-web-7-20261122T145521.190Z.txt')).toMatchObject({
    who: 'web-7',
    at: { clock: 'wall', localMs: Date.UTC(2026, 10, 22, 14, 55, 21, 190), zoneMinutes: 0 },
    rows: [],
  })
  expect(readOne(SS_HEADER, 'ss.txt')).not.toHaveProperty('who')
})

const AT = Date.UTC(2026, 10, 22, 14, 55, 21)

test.each([
  ['# 2026-11-22T14:55:21Z', 0],
  ['# cli (2026-11-22T14:55:21.000Z; ss -tanp)', 0],
  ['2026-11-22 14:55:21', undefined],
  ['2026-11-22T14:55:21+08:00', 480],
  ['1795359321', 0],
  ['1795359321.000', 0],
  ['Sun Nov 22 14:55:21 UTC 2026', 0],
  ['Sun Nov 22 02:55:21 PM UTC 2026', 0],
  ['Sun 22 Nov 2026 02:55:21 PM CST', undefined],
  ['Sun, 22 Nov 2026 14:55:21 -0330', -210],
  ['===== Sun Nov 22 14:55:21 CET 2026 =====', 60],
  ['date: Sun Nov 22 14:55:21 2026', undefined],
  ['2026年 11月 22日 星期日 14:55:21 CST', undefined],
  ['2026年 11月 22日 日曜日 14:55:21 JST', 540],
  ['So 22. Nov 14:55:21 CET 2026', 60],
  ['dim. 22 nov. 2026 14:55:21 CET', 60],
  ['mar. 22 nov. 2026 14:55:21 CET', 60],
  ['Вс 22 ноя 2026 14:55:21 MSK', 180],
  ['Every 2.0s: ss -tan          web-1: Sun Nov 22 14:55:21 2026', undefined],
])('a table below "%s" is of that time', (line, zoneMinutes) => {
  const table = readOne(`${line}\n\n${SS_HEADER}\nESTAB 0 0 10.0.0.1:80 10.0.0.2:90`)
  expect(table.at).toEqual({ clock: 'wall', localMs: AT, ...(zoneMinutes !== undefined && { zoneMinutes }) })
})

test.each([
  'at 14:55:21 all was well with 2026 of them',
  '22 Nov',
  '99:99:99 Nov 22 2026',
  '12345678901',
  '# 14:55:21',
])('takes "%s" for no time', (line) => {
  expect(readOne(`${line}\n${SS_HEADER}`)).not.toHaveProperty('at')
})

test('a repeated column line, a time or a section begins another snapshot', () => {
  const row = 'ESTAB 0 0 10.0.0.1:80 10.0.0.2:90'
  expect(read(`${SS_HEADER}\n${row}\n${SS_HEADER}\n${row}\n${row}`).map(({ rows }) => rows.length)).toEqual([
    1, 2,
  ])
  const dated = read(`1795359321\n${row}\n1795359322\n${row}\n1795359323\n`)
  expect(dated.map(({ at }) => at)).toMatchObject([{ localMs: AT }, { localMs: AT + 1000 }])
  expect(dated.map(({ rows }) => rows[0])).toMatchObject([
    { row: 1, line: 2 },
    { row: 1, line: 4 },
  ])
  const reader = createSocketTableReader('-')
  reader.line(row, 2, { section: 'ss-cli-20261122T145521Z.txt' })
  reader.line(row, 5, { section: 'ss-srv-20261122T145522Z.txt' })
  expect(reader.end()).toMatchObject([
    { who: 'cli', at: { localMs: AT } },
    { who: 'srv', at: { localMs: AT + 1000 } },
  ])
})

test('ss and netstat in one file are two tables', () => {
  const tables =
    read(`${SS_HEADER}\nESTAB 0 0 10.0.0.1:80 10.0.0.2:90\nActive Internet connections (w/o servers)
Proto Recv-Q Send-Q Local Address           Foreign Address         State
tcp        0      0 10.0.0.1:80             10.0.0.2:90             ESTABLISHED`)
  expect(tables.map(({ format, rows }) => [format, rows.length])).toEqual([
    ['ss', 1],
    ['netstat', 1],
  ])
})

test('rows that were cut short are counted, with the first of them', () => {
  const table = readOne(`${SS_HEADER}
ESTAB 0 0 10.0.0.1:80 10.0.0.2:90
ESTAB 0 0 10.0.0.1:80 10.0.
ESTAB 0 0 10.0.0.999:80 10.0.0.2:90`)
  expect(table.rows).toHaveLength(1)
  expect(table.problems).toMatchObject([{ code: 'lines-damaged', values: { lines: 2 }, line: 3 }])
})

test('recognises rows and column lines, and nothing else', () => {
  const rows = [
    SS_HEADER,
    'ESTAB 0 0 10.0.0.1:80 10.0.0.2:90',
    '0      0          [::1]:80    [::1]:90',
    'tcp4       0      0  10.0.0.1.49152         10.0.0.2.443           ESTABLISHED',
    '  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       1044',
    ...PROC_TCP.split('\n'),
  ]
  expect(rows.filter((line) => !looksLikeSocketTableLine(line))).toEqual([])
  const others = [
    '',
    '[0.202s][info][gc] GC(0) Pause Young (Normal) (G1 Evacuation Pause) 14M->12M(128M) 6.529ms',
    '10.0.0.1 - - [22/Nov/2026:14:55:21 +0000] "GET / HTTP/1.1" 200 5',
    'TCP connection reset by peer',
    'TcpOutRsts                      127                0.0',
    '12 7 at:10 by:30',
    'LISTEN on port 80',
  ]
  expect(others.filter((line) => looksLikeSocketTableLine(line))).toEqual([])
})

const STATES = ['ESTAB', 'CLOSE-WAIT', 'TIME-WAIT', 'FIN-WAIT-2', 'LAST-ACK']
const socket = fc.record({
  state: fc.constantFrom(...STATES),
  recvQ: fc.nat(),
  local: fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 65_535 })),
  peer: fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 65_535 })),
  pid: fc.integer({ min: 1, max: 4_194_304 }),
})

test('a table that is built is read back, and cutting it keeps the rows before the cut', () => {
  fc.assert(
    fc.property(
      fc.array(socket, { minLength: 1, maxLength: 8 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (sockets, share) => {
        const lines = sockets.map(
          ({ state, recvQ, local, peer, pid }) =>
            `${state} ${recvQ} 0 ${local.join(':')} ${peer.join(':')} users:(("x",pid=${pid},fd=3))\n\t cubic lastrcv:${pid}\n`,
        )
        const text = lines.join('')
        const whole = readOne(text)
        expect(
          whole.rows.map((row) => [row.recvQ, row.local.address, row.peer.port, row.lastReceivedMs]),
        ).toEqual(sockets.map((each) => [each.recvQ, each.local[0], each.peer[1], each.pid]))
        const cut = Math.floor(text.length * share)
        const before = text.slice(0, cut).split('\n').length - 1
        const intact = whole.rows.filter(({ line }) => line < before)
        expect((read(text.slice(0, cut))[0]?.rows ?? []).slice(0, intact.length)).toEqual(intact)
      },
    ),
  )
})

test('arbitrary lines never throw', () => {
  const word = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'tcp',
      'TCP',
      'ESTAB',
      '0',
      '0: ',
      'users:(("',
      '10.0.0.1:80',
      '[::]:*',
      '\t',
      ':',
      '2026',
      'Nov',
      '14:55:21',
      'timer:(',
    ),
  )
  fc.assert(
    fc.property(fc.array(fc.array(word).map((words) => words.join(' '))), (lines) => {
      const reader = createSocketTableReader(lines[0] ?? '')
      for (const [i, line] of lines.entries()) {
        looksLikeSocketTableLine(line)
        reader.line(line, i + 1, {})
      }
      reader.end()
    }),
  )
})

test('of more sockets than are kept, whole snapshots give way to the newest', () => {
  const reader = createSocketTableReader('ss.txt')
  const row = 'ESTAB 0 0 10.0.0.1:80 10.0.0.2:4242'
  let number = 0
  for (let snapshot = 0; snapshot < 6; snapshot += 1) {
    reader.line(SS_HEADER, (number += 1), {})
    for (let i = 0; i < 50_000; i += 1) reader.line(row, (number += 1), {})
  }
  const tables = reader.end()
  expect(tables).toHaveLength(5)
  expect(tables.at(-1)?.rows.at(-1)?.line).toBe(number)
  expect(tables.at(-1)?.problems).toMatchObject([{ values: { kept: 250_000, omitted: 50_000 } }])
})

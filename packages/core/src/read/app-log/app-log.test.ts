import { readdirSync, readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LogTime } from '../log-time.ts'
import { createLineSplitter } from '../text-lines.ts'
import { createAppLogReader, looksLikeAppLogLine, MAX_LOG_EVENTS } from './app-log.ts'
import { createLogUnwrapper } from './wrapper.ts'

function read(text: string) {
  const reader = createAppLogReader()
  const unwrap = createLogUnwrapper()
  const splitter = createLineSplitter((line, number) => {
    const unwrapped = unwrap(line)
    if (unwrapped !== undefined) reader.line(unwrapped.text, number, unwrapped.context)
  })
  splitter.push(new TextEncoder().encode(text))
  splitter.end()
  return reader.end()
}
const words = (text: string) => read(text).events.map((event) => event.word)
const iso = (time: LogTime | undefined) =>
  time?.clock === 'wall' ? new Date(time.localMs - (time.zoneMinutes ?? 0) * 60_000).toISOString() : undefined

const FIXTURES = new URL('../../../test/fixtures-app-log/', import.meta.url)

/** What each recorded log says, counted in the small copies by plain substrings. */
const RECORDED: Readonly<Record<string, string>> = {
  'connect-refused-closed-port': 'client.log refused 9',
  'firewall-idle-reject': 'client.log reset 3',
  'half-open-peer-rebooted': 'client.log reset 3',
  'haproxy-health-probe': 'nginx-error.log reset 3',
  'healthy-mixed-noreset': '',
  'java-lastmodified-g1':
    'nginx-error.log broken-pipe 3, nginx-error.log early-close 3, nginx-error.log gave-up 2, nginx-error.log reset 3',
  'java-lastmodified-small-noreset': 'nginx-error.log reset 3',
  'java-solinger0': 'nginx-error.log reset 3',
  'keepalive-stale-pool-race': 'client.log hang-up 3',
  'keepalive-timeout': 'server.log timed-out 3, client.log reset 3',
  'mixed-three-causes':
    'curl.log refused 3, nginx-error.log reset 6, nginx-error.log early-close 3, nginx-error.log broken-pipe 3',
  'nginx-reset-timedout': 'client.log reset 5, nginx-error.log gave-up 5',
  'node-fetch-headers-only': 'nginx-error.log reset 3',
  'node-server-destroy-upload': 'client.log reset 3',
}

test.each(readdirSync(FIXTURES).filter((name) => name.endsWith('.log')))('reads the recorded %s', (name) => {
  const log = read(readFileSync(new URL(name, FIXTURES), 'utf8'))
  const counts = new Map<string, number>()
  for (const { section, word } of log.events) {
    // Every nginx and redis here is started and stopped.
    if (word === 'process-start' || word === 'process-stop') continue
    counts.set(`${section} ${word}`, (counts.get(`${section} ${word}`) ?? 0) + 1)
  }
  expect([...counts].map(([what, count]) => `${what} ${count}`).join(', ')).toBe(RECORDED[name.slice(0, -4)])
  expect(log.from).toBeDefined()
  expect(log.events.filter((event) => event.time === undefined)).toEqual([])
})

test('an nginx error names client, request, pid and that the connection was pooled', () => {
  const log = read(
    '2026/11/22 15:19:57 [info] 13222#13222: *1 client 10.91.39.1 closed keepalive connection (104: Connection reset by peer)\n' +
      '2026/11/22 15:19:58 [error] 13222#13222: *8 recv() failed (104: Connection reset by peer) while reading response header from upstream, client: 10.0.0.1, server: a, request: "GET /x HTTP/1.1", upstream: "http://[2001:db8::2]:8080/x", host: "a"\n' +
      '2026/11/22 15:19:59 [info] 13222#13222: *9 client prematurely closed connection (32: Broken pipe) while sending response to client, client: 10.0.0.9, server: , request: "GET /y HTTP/1.1", upstream: "http://10.0.0.2:8080/y"\n',
  )
  expect(log.events).toMatchObject([
    { word: 'reset', peer: { host: '10.91.39.1' }, reused: true, pid: 13222 },
    { word: 'reset', peer: { host: '2001:db8::2', port: 8080 }, request: 'GET /x HTTP/1.1' },
    { word: 'broken-pipe', peer: { host: '10.0.0.9' }, request: 'GET /y HTTP/1.1' },
  ])
  expect(log.programs).toEqual([{ name: 'nginx', pid: 13222 }])
})

test.each([
  ['read tcp 10.0.0.1:5000->10.0.0.2:80: read: connection reset by peer', { host: '10.0.0.2', port: 80 }],
  ['dial tcp [2001:db8::2]:80: connect: connection refused', { host: '2001:db8::2', port: 80 }],
  ['connect ECONNREFUSED 10.0.0.2:90', { host: '10.0.0.2', port: 90 }],
  ['connect ECONNREFUSED ::1:3000', { host: '::1', port: 3000 }],
  [
    'Failed to connect to api.example.com/10.0.0.2:8080: Connection refused',
    { host: '10.0.0.2', port: 8080 },
  ],
  [
    '[id: 0x1, L:/10.0.0.1:5000 - R:db/10.0.0.2:5432] Connection reset by peer',
    { host: '10.0.0.2', port: 5432 },
  ],
  ["HTTPConnectionPool(host='api', port=8080): Read timed out.", { host: 'api', port: 8080 }],
  [
    'GET http://api.example.com:9090/health: [Errno 111] Connection refused',
    { host: 'api.example.com', port: 9090 },
  ],
  [
    'curl: (7) Failed to connect to 10.0.0.2 port 90 after 0 ms: Connection refused',
    { host: '10.0.0.2', port: 90 },
  ],
  ['Connection reset by 10.0.0.1 port 4242 [preauth]', { host: '10.0.0.1', port: 4242 }],
  [
    'connection to server at "10.0.0.2", port 5432 failed: Connection refused',
    { host: '10.0.0.2', port: 5432 },
  ],
  ['actively refused it. (10.0.0.2:80)', { host: '10.0.0.2', port: 80 }],
  ['HttpRequestException: Connection refused (api:80)', { host: 'api', port: 80 }],
  [
    '(104)Connection reset by peer: [client 10.0.0.1:5000] AH01102: error reading status line from remote server 10.0.0.2:80',
    { host: '10.0.0.2', port: 80 },
  ],
])('names the peer of %s', (text, peer) => {
  expect(read(`2026-11-22T14:55:15Z ERROR ${text}\n`).events[0]?.peer).toEqual(peer)
})

test('HAProxy’s flags tell, and its accept date plus duration is the time', () => {
  const log = read(
    '10.0.0.1:5000 [22/Nov/2026:14:55:15.100] fe be/s1 0/0/1/20/2500 200 566 - - SD-- 1/1/0/0/0 0/0 "GET /a HTTP/1.1"\n' +
      '10.0.0.1:5000 [22/Nov/2026:14:55:15.100] fe be/s1 0/0/1/20/2500 200 566 - - ---- 1/1/0/0/0 0/0 "GET /ECONNRESET HTTP/1.1"\n' +
      '10.0.0.1:5000 [22/Nov/2026:14:55:15.100] fe be/s1 0/0/1000 0 cD 1/1/0/0/0 0/0\n' +
      '10.0.0.1:5000 [22/Nov/2026:14:55:15.100] fe be/<NOSRV> 0/-1/-1/-1/0 503 212 - - SC-- 1/1/0/0/0 0/0 "GET /a HTTP/1.1"\n',
  )
  expect(log.events.map((event) => event.flag)).toEqual(['SD--', 'cD', 'SC--'])
  expect(log.events[0]).toMatchObject({
    word: 'proxy-error',
    request: 'GET /a HTTP/1.1',
    peer: { host: '10.0.0.1', port: 5000 },
  })
  expect(iso(log.events[0]?.time)).toBe('2026-11-22T14:55:17.600Z')
  expect(log.programs).toEqual([{ name: 'haproxy' }])
})

test('Envoy’s response flags tell, and name the upstream', () => {
  const log = read(
    '[2026-11-22T14:55:15.123Z] "GET /a HTTP/1.1" 503 UF,URX upstream_reset_before_response_started{connection_failure} - "-" 0 91 3 - "-" "curl" "id" "api" "10.0.0.2:80" inbound - 10.0.0.1:80 -\n' +
      '[2026-11-22T14:55:16.123Z] "GET /reset HTTP/2" 200 - 0 91 3 1 "-" "ECONNRESET" "id" "api" "10.0.0.2:80"\n' +
      '{"start_time":"2026-11-22T14:55:17.123Z","response_flags":"UC","response_code":503,"upstream_host":"10.0.0.2:80"}\n',
  )
  expect(log.events).toMatchObject([
    { word: 'proxy-error', flag: 'UF,URX', peer: { host: '10.0.0.2', port: 80 }, request: 'GET /a' },
    { word: 'proxy-error', flag: 'UC', peer: { host: '10.0.0.2', port: 80 } },
  ])
})

test('an access log speaks by its status, whatever its addresses and agents say', () => {
  const log = read(
    '10.0.0.1 - - [22/Nov/2026:14:55:15 +0000] "GET /docs/connection-reset HTTP/1.1" 200 12 "-" "Connection reset by peer"\n' +
      '10.0.0.1 - - [22/Nov/2026:14:55:16 +0000] "GET /api HTTP/1.1" 502 157 "-" "curl/8"\n',
  )
  expect(log.events).toMatchObject([
    { line: 2, word: 'proxy-error', flag: '502', peer: { host: '10.0.0.1' }, request: 'GET /api' },
  ])
})

test('a Java trace is one event: its cause is not counted again, and it names the program’s own line', () => {
  const log = read(
    '2026-11-22 14:55:15.123 ERROR 812 --- [main] c.a.Client : fetch failed\n' +
      'org.springframework.web.client.ResourceAccessException: I/O error on GET request: Connection reset\n' +
      '\tat org.springframework.web.client.RestTemplate.doExecute(RestTemplate.java:791)\n' +
      '\tat com.acme.Client.fetch(Client.java:42)\n' +
      'Caused by: java.net.SocketException: Connection reset\n' +
      '\tat java.base/sun.nio.ch.NioSocketImpl.implRead(NioSocketImpl.java:328)\n' +
      '\tat com.acme.Other.call(Other.java:7)\n' +
      '\t... 12 more\n' +
      '2026-11-22 14:55:16.000 INFO 812 --- [main] c.a.Client : next\n',
  )
  expect(log.events).toMatchObject([
    { line: 2, word: 'reset', code: { file: 'Client.java', line: 42, function: 'com.acme.Client.fetch' } },
  ])
  expect(iso(log.events[0]?.time)).toBe('2026-11-22T14:55:15.123Z')
  expect(log.programs).toContainEqual({ name: 'java' })
})

test('a cause that alone says what happened is the event, and its frames name the code', () => {
  const log = read(
    '2026-11-22 14:55:15.123 ERROR [main] Client - fetch failed\n' +
      'com.acme.FetchException: no answer\n' +
      '\tat com.acme.Outer.run(Outer.java:1)\n' +
      'Caused by: java.net.SocketException: Connection reset\n' +
      '\tat java.base/sun.nio.ch.NioSocketImpl.implRead(NioSocketImpl.java:328)\n' +
      '\tat com.acme.Inner.read(Inner.java:2)\n',
  )
  expect(log.events).toMatchObject([{ line: 4, word: 'reset', code: { file: 'Inner.java', line: 2 } }])
})

test('a Node trace: one event with address, port and reuse from its properties', () => {
  const log = read(
    '2026-11-22T14:55:15.123Z ERROR Error: socket hang up\n' +
      '    at connResetException (node:internal/errors:720:14)\n' +
      '    at /app/node_modules/axios/lib/http.js:10:3\n' +
      '    at fetchIt (file:///app/src/client.js:42:7) {\n' +
      "  code: 'ECONNRESET',\n" +
      '  reusedSocket: true,\n' +
      "  address: '10.0.0.2',\n" +
      '  port: 8080\n' +
      '}\n',
  )
  expect(log.events).toMatchObject([
    {
      word: 'hang-up',
      reused: true,
      peer: { host: '10.0.0.2', port: 8080 },
      code: { file: '/app/src/client.js', line: 42, function: 'fetchIt' },
    },
  ])
})

test('bare traces without stamps are one event each', () => {
  const node =
    "Error: read ECONNRESET\n    at TCP.onStreamRead (node:internal/stream_base_commons:217:20) {\n  errno: -104,\n  code: 'ECONNRESET',\n}\n"
  const java = 'java.net.SocketException: Connection reset\n\tat com.acme.A.b(A.java:1)\n'
  const python =
    'Traceback (most recent call last):\n  File "/app/a.py", line 42, in fetch\n    s.recv(1)\nConnectionResetError: [Errno 104] Connection reset by peer\n'
  for (const trace of [node, java, python])
    expect(words(trace.repeat(3))).toEqual(['reset', 'reset', 'reset'])
})

test('a Python traceback names the innermost own frame, and its chain is one event', () => {
  const log = read(
    '2026-11-22 14:55:15,123 ERROR fetch failed\n' +
      'Traceback (most recent call last):\n' +
      '  File "/usr/lib/python3.11/site-packages/urllib3/connectionpool.py", line 790, in urlopen\n' +
      '  File "/usr/lib/python3.11/http/client.py", line 1378, in getresponse\n' +
      'ConnectionResetError: [Errno 104] Connection reset by peer\n' +
      '\n' +
      'During handling of the above exception, another exception occurred:\n' +
      '\n' +
      'Traceback (most recent call last):\n' +
      '  File "/app/main.py", line 7, in main\n' +
      '  File "/app/client.py", line 42, in fetch\n' +
      '  File "/usr/lib/python3.11/site-packages/requests/api.py", line 59, in get\n' +
      "requests.exceptions.ConnectionError: ('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))\n",
  )
  expect(log.events).toMatchObject([
    { line: 5, word: 'reset', code: { file: '/app/client.py', line: 42, function: 'fetch' } },
  ])
})

test.each([
  [
    'Go',
    'panic: read tcp 10.0.0.1:1->10.0.0.2:80: read: connection reset by peer\n\ngoroutine 1 [running]:\nnet/http.(*Client).do()\n\t/usr/local/go/src/net/http/client.go:1 +0x1\nmain.fetch()\n\t/app/main.go:42 +0x1d\n',
    { file: '/app/main.go', line: 42 },
  ],
  [
    '.NET',
    'System.IO.IOException: forcibly closed by the remote host\n   at System.Net.Sockets.Socket.Receive(Byte[] b) in /_/src/Socket.cs:line 1\n   at Acme.Client.Fetch(String url) in /src/Client.cs:line 42\n',
    { file: '/src/Client.cs', line: 42, function: 'Acme.Client.Fetch' },
  ],
  [
    'Ruby',
    "Connection reset by peer (Errno::ECONNRESET)\n\tfrom /usr/lib/ruby/3.1.0/net/protocol.rb:1:in `read'\n\tfrom /app/client.rb:42:in `fetch'\n",
    { file: '/app/client.rb', line: 42, function: 'fetch' },
  ],
  [
    'PHP',
    'PHP Fatal error: Connection reset by peer\n#0 /app/vendor/guzzle/a.php(1): b()\n#1 /app/Client.php(42): fetch()\n',
    { file: '/app/Client.php', line: 42, function: 'fetch' },
  ],
  [
    'Netty’s leak record',
    "LEAK: ByteBuf.release() was not called before it's garbage-collected.\nRecent access records: \nCreated at:\n\tio.netty.buffer.PooledByteBufAllocator.newDirectBuffer(PooledByteBufAllocator.java:349)\n\tcom.acme.Client.fetch(Client.java:42)\n",
    { file: 'Client.java', line: 42, function: 'com.acme.Client.fetch' },
  ],
  [
    'a Python warning',
    "/app/client.py:42: ResourceWarning: unclosed <socket.socket fd=3, raddr=('10.0.0.2', 80)>\n",
    { file: '/app/client.py', line: 42 },
  ],
  [
    'pino',
    '{"level":50,"time":1795359315123,"pid":7,"err":{"message":"read ECONNRESET","stack":"Error: read ECONNRESET\\n    at TCP.onStreamRead (node:internal/x:1:2)\\n    at fetchIt (/app/a.js:42:1)"}}\n',
    { file: '/app/a.js', line: 42, function: 'fetchIt' },
  ],
  [
    'zap',
    '{"level":"error","ts":1795359315.1,"caller":"client/client.go:42","msg":"connection reset by peer"}\n',
    { file: 'client/client.go', line: 42 },
  ],
])('names the code of %s', (_, text, code) => {
  const [event, ...others] = read(text).events
  expect(event?.code).toEqual(code)
  expect(others).toEqual([])
})

test('lines without a stamp below a stamped one take its time; much further below they have none', () => {
  const log = read(
    `Nov 22, 2026 2:55:15 PM com.acme.Client fetch\nSEVERE: Connection reset by peer\n${'x\n'.repeat(200)}read ECONNRESET\n`,
  )
  expect(log.events.map((event) => iso(event.time))).toEqual(['2026-11-22T14:55:15.000Z', undefined])
})

test('independent lines without stamps are events each', () => {
  expect(words('curl: (56) Recv failure: Connection reset by peer\n'.repeat(3))).toHaveLength(3)
})

test('the zone comes from the container’s clock when the line prints none', () => {
  const log = read('2026-11-22T06:55:15.200000000Z 2026-11-22 14:55:15,123 ERROR Connection reset by peer\n')
  expect(log.events[0]?.time).toMatchObject({ zoneMinutes: 480 })
  expect(iso(log.events[0]?.time)).toBe('2026-11-22T06:55:15.123Z')
})

test('the wrapper’s time stands in for a stamp without date, and names program and pid', () => {
  const log = read(
    '2026-11-22T14:55:15.123456+00:00 host kernel: [ 12.345678] TCP: out of memory -- consider tuning tcp_mem\n',
  )
  expect(iso(log.events[0]?.time)).toBe('2026-11-22T14:55:15.123Z')
  expect(log.programs[0]?.name).toBe('kernel')
  expect(
    read('Nov 22 14:55:15 host sshd[812]: Connection reset by 10.0.0.1 port 4242 [preauth]\n').events[0],
  ).toMatchObject({ pid: 812 })
})

test('says what span of time the log covers, events or not', () => {
  const log = read('2026-11-22T14:55:15Z a\nno stamp\n2026-11-22T15:55:15Z b\n')
  expect([iso(log.from), iso(log.to)]).toEqual(['2026-11-22T14:55:15.000Z', '2026-11-22T15:55:15.000Z'])
})

test('text without stamps is no log', () => {
  const log = read('Dear Sir,\nplease find enclosed\n')
  expect([log.from, log.events.length]).toEqual([undefined, 0])
  expect(looksLikeAppLogLine('Dear Sir,')).toBe(false)
  expect(looksLikeAppLogLine('2026-11-22T14:55:15Z hello')).toBe(true)
  expect(looksLikeAppLogLine('java.net.SocketException: Connection reset')).toBe(true)
})

test('keeps the last 200,000 events and counts the others', () => {
  const reader = createAppLogReader()
  for (let i = 1; i <= MAX_LOG_EVENTS + 5; i += 1) reader.line('read ECONNRESET', i, {})
  const log = reader.end()
  expect(log.events).toHaveLength(MAX_LOG_EVENTS)
  expect(log.events.at(-1)?.line).toBe(MAX_LOG_EVENTS + 5)
  expect(log.problems).toMatchObject([{ code: 'records-omitted', values: { omitted: 5 } }])
})

const piece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '2026-11-22T14:55:15Z ',
    'ERROR ',
    'Connection reset by peer',
    ' read ECONNRESET',
    '\tat a.B.c(B.java:1)',
    'Caused by: ',
    'Traceback (most recent call last):',
    '  File "/a.py", line 1, in f',
    'ConnectionResetError: [Errno 104] x',
    '{"time":1795359315123,"msg":"',
    '"}',
    '10.0.0.1:80',
    ' [22/Nov/2026:14:55:15.1] fe be/s 0/0/0/0/0 503 1 - - SC-- ',
    '==> a <==',
    '" 502 ',
    '"GET /',
  ),
)
const anyLog = fc.array(
  fc.array(piece, { maxLength: 6 }).map((parts) => parts.join('')),
  { maxLength: 20 },
)

test('any text is read without a throw, and every event is of a line of it', () => {
  fc.assert(
    fc.property(anyLog, (lines) => {
      const log = read(lines.join('\n'))
      for (const event of log.events) {
        expect(event.line).toBeLessThanOrEqual(lines.join('\n').split('\n').length)
        expect(event.text.length).toBeLessThanOrEqual(300)
      }
    }),
  )
})

const what = (part: readonly string[]) =>
  read(part.join('\n')).events.map(({ line, word, text }) => ({ line, word, text }))

test('cutting the log anywhere keeps the events before the cut', () => {
  fc.assert(
    fc.property(anyLog, fc.nat(20), (lines, at) => {
      const before = what(lines.slice(0, at))
      expect(what(lines).slice(0, before.length)).toEqual(before)
    }),
  )
})

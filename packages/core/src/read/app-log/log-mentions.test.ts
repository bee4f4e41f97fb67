import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLogMentionReader, type LogMention } from './log-mentions.ts'

function mentionsIn(text: string): readonly LogMention[] {
  const reader = createLogMentionReader()
  reader.push(new TextEncoder().encode(text))
  return reader.end()
}

/** What each entry names, in a form that is short to write: `2 leak Prices.java:12 lastModified`. */
function namedIn(text: string): string[] {
  return mentionsIn(text).flatMap(({ line, word, frames }) =>
    frames.map((frame) =>
      [line, word, `${frame.file.split('/').at(-1)}:${frame.line}`, frame.function].filter(Boolean).join(' '),
    ),
  )
}

// As the programs printed it on a real run, shortened.
const OKHTTP = `Nov 23, 2026 2:29:08 AM okhttp3.internal.platform.Platform log
WARNING: A connection to http://127.0.0.1:18080/ was leaked. Did you forget to close a response body?
java.lang.Throwable: response.body().close()
\tat okhttp3.RealCall.execute(RealCall.java:88)
\tat com.acme.Prices.lastModified(Prices.java:12)
`
const NETTY = `[main] ERROR io.netty.util.ResourceLeakDetector - LEAK: ByteBuf.release() was not called before it's garbage-collected. See https://netty.io/wiki/reference-counted-objects.html for more information.
Recent access records: 
#1:
\tcom.acme.Buffers.write(Buffers.java:7)
Created at:
\tcom.acme.Buffers.leak(Buffers.java:6)
`
const HIKARI = `2026-11-23 02:30:00,000 [HikariPool-1 housekeeper] WARN  com.zaxxer.hikari.pool.ProxyLeakTask - Connection leak detection triggered for conn on thread orders-3, stack trace follows
java.lang.Exception: Apparent connection leak detected
\tat com.zaxxer.hikari.HikariDataSource.getConnection(HikariDataSource.java:100)
\tat com.acme.Store.leak(Store.java:17)
`
const TRACEMALLOC = `/srv/app/main.py:12: ResourceWarning: unclosed <socket.socket fd=6, laddr=('127.0.0.1', 51892), raddr=('10.0.0.2', 18080)>
  run()
Object allocated at (most recent call last):
  File "/usr/lib/python3.11/asyncio/runners.py", lineno 190
    return runner.run(main)
  File "/srv/app/feed.py", lineno 6
    response = await session.get(base)
`
const AIOHTTP = `2026-11-23 02:26:31,983 [MainThread] ERROR Unclosed client session
client_session: <aiohttp.client.ClientSession object at 0x7f3d39865820>
source_traceback: Object created at (most recent call last):
  File "/usr/lib/python3.11/asyncio/base_events.py", line 607, in run_forever
    self._run_once()
  File "/srv/app/feed.py", line 5, in check
    session = aiohttp.ClientSession()
`
const REQUESTS = `Exception in thread Thread-1 (poll):
Traceback (most recent call last):
  File "/usr/lib/python3.11/socket.py", line 706, in readinto
    return self._sock.recv_into(b)
ConnectionResetError: [Errno 104] Connection reset by peer

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/srv/app/prices.py", line 5, in price_of
    response = requests.get(base)
requests.exceptions.ConnectionError: ('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))
`
const NODE = `2026-11-23T02:31:38.882Z ERROR not changed TypeError: fetch failed
    at node:internal/deps/undici/undici:14976:13
    at async changed (file:///srv/app/catalog.mjs:2:20) {
  [cause]: Error: read ECONNRESET
      at TCP.onStreamRead (node:internal/stream_base_commons:218:20) {
`
const PINO = String.raw`{"level":50,"time":1795400000000,"err":{"message":"read ECONNRESET","stack":"Error: read ECONNRESET\n    at check (file:///srv/app/catalog.mjs:2:20)"}}
`
const GO = `2026/11/23 02:31:44 prices.go:11: prices: Get "http://10.0.0.2/prices/all": read tcp 10.0.0.1:1->10.0.0.2:80: read: connection reset by peer
panic: Get "http://10.0.0.2/catalog": read tcp 10.0.0.1:2->10.0.0.2:80: read: connection reset by peer
goroutine 1 [running]:
panic({0x656620, 0xc00007d0e0})
\t/usr/lib/go/src/runtime/panic.go:884 +0x212
example.com/shop.(*Catalog).Changed({0x7ffffc557adf?, 0x0?})
\t/srv/app/shop/catalog.go:8 +0x85
`
const DOTNET = `2026-11-23T02:31:38Z fail: Shop.Worker[0] System.Net.Http.HttpRequestException: An error occurred while sending the request.
 ---> System.IO.IOException: Unable to read data from the transport connection: Connection reset by peer.
   at System.Net.Sockets.Socket.Receive(Byte[] buffer)
   at Shop.Prices.<ReadAsync>d__3.MoveNext() in /src/Shop/Prices.cs:line 21
`
const JAVA = `2026-11-23 02:30:00,000 [pool-2-thread-1] ERROR c.a.Catalog - not read
java.lang.RuntimeException: catalog
\tat com.acme.Main.lambda$main$0(Main.java:8)
Caused by: java.net.SocketException: Connection reset
\tat java.base/java.net.Socket$SocketInputStream.read(Socket.java:966)
\tat com.acme.Catalog.size(Catalog.java:11)
\t... 2 more
`

describe('what the entries of a log name', () => {
  it.each([
    [
      'OkHttp',
      OKHTTP,
      [
        '2 leak RealCall.java:88 okhttp3.RealCall.execute',
        '2 leak Prices.java:12 com.acme.Prices.lastModified',
      ],
    ],
    [
      'Netty',
      NETTY,
      ['1 leak Buffers.java:7 com.acme.Buffers.write', '1 leak Buffers.java:6 com.acme.Buffers.leak'],
    ],
    [
      'HikariCP',
      HIKARI,
      [
        '1 leak HikariDataSource.java:100 com.zaxxer.hikari.HikariDataSource.getConnection',
        '1 leak Store.java:17 com.acme.Store.leak',
      ],
    ],
    ['tracemalloc', TRACEMALLOC, ['1 leak main.py:12', '1 leak feed.py:6']],
    ['aiohttp', AIOHTTP, ['1 leak feed.py:5 check']],
    ['requests', REQUESTS, ['5 reset prices.py:5 price_of']],
    ['Node', NODE, ['4 reset catalog.mjs:2 changed']],
    ['pino', PINO, ['1 reset catalog.mjs:2 check']],
    ['Go', GO, ['1 reset prices.go:11', '2 reset catalog.go:8 example.com/shop.(*Catalog).Changed']],
    ['.NET', DOTNET, ['2 reset Prices.cs:21 Shop.Prices.<ReadAsync>d__3.MoveNext']],
    [
      'Java',
      JAVA,
      ['4 reset Main.java:8 com.acme.Main.lambda$main$0', '4 reset Catalog.java:11 com.acme.Catalog.size'],
    ],
  ])('is the code of the program: %s', (_name, text, expected) => {
    expect(namedIn(text)).toEqual(expected)
  })

  it('is read below what Docker puts before each line', () => {
    const wrapped = JAVA.trimEnd()
      .split('\n')
      .map((line) => `2026-11-23T02:30:00.000000000Z ${line}`)
      .join('\n')
    expect(namedIn(wrapped)).toEqual(namedIn(JAVA))
  })

  it.each([
    [JAVA, ['pool-2-thread-1']],
    [HIKARI, ['orders-3']],
    [REQUESTS, ['Thread-1 (poll)']],
    [
      '2026-11-23T02:30:00Z  WARN 7 --- [   catalog-poller] c.a.Catalog : Connection reset by peer',
      ['catalog-poller'],
    ],
    ['{"level":"ERROR","thread_name":"poller-3","message":"Connection reset by peer"}', ['poller-3']],
    ['Exception in thread "poller-1" java.net.SocketException: Connection reset', ['poller-1']],
  ])('is the thread: %s', (text, threads) => {
    expect(mentionsIn(text)[0]?.threads).toEqual(threads)
  })

  it('is what was asked, and of whom', () => {
    expect(mentionsIn(GO)[0]).toMatchObject({ request: 'GET /prices/all', host: '10.0.0.2' })
    expect(mentionsIn(NETTY)[0]?.host).toBeUndefined()
  })

  it('is nothing where the entry speaks of no event', () => {
    expect(namedIn(JAVA.replace('Connection reset', 'Index out of bounds'))).toEqual([])
  })

  it('is kept once, however often it is said', () => {
    expect(mentionsIn(JAVA.repeat(50))).toHaveLength(1)
  })

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), (chunks) => {
        const reader = createLogMentionReader()
        for (const chunk of chunks) reader.push(chunk)
        reader.end()
      }),
      { numRuns: 100 },
    )
  })
})

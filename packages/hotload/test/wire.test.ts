import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createNetServer, type Socket } from 'node:net'
import { randomBytes } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { HotloadError } from '../src/errors.ts'
import { deferred } from '../src/host/deferred.ts'
import { httpSource, type HttpSourceOptions } from '../src/source/http-source.ts'
import type { Source } from '../src/source/source.ts'
import { answering, KEYS, listen, MemoryWriter, published, reasonOf, request } from './wire-support.ts'

const MIB = 1024 * 1024
const opened: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close()
})

/** A server on this machine and a source that asks it; both closed after the test. */
async function providerAndSource(
  listener: RequestListener,
  options: Partial<HttpSourceOptions> = {},
): Promise<{ source: Source; port: number; base: string }> {
  const server = await listen(createServer(listener))
  opened.push(() => server[Symbol.asyncDispose]())
  return { ...sourceOf(server.port, options), port: server.port }
}

/** A server of bare sockets, for what no HTTP server would say. */
async function hostile(
  speak: (socket: Socket) => void,
  options: Partial<HttpSourceOptions> = {},
): Promise<{ source: Source }> {
  const sockets = new Set<Socket>()
  const server = createNetServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    speak(socket)
  })
  const listening = await listen(server)
  opened.push(() => {
    for (const socket of sockets) socket.destroy()
    return listening[Symbol.asyncDispose]()
  })
  return sourceOf(listening.port, options)
}

function sourceOf(port: number, options: Partial<HttpSourceOptions>): { source: Source; base: string } {
  const base = `http://127.0.0.1:${port}`
  const source = httpSource(base, { trust: [KEYS.publicKey], ...options })
  opened.push(() => source.close())
  return { source, base }
}

/** undici may open the second of its two connections while the first still hands over the end of a body. */
function expectKept(source: Source): void {
  expect(source.counters.resets).toBe(0)
  expect(source.counters.connections).toBeLessThanOrEqual(2)
}

test('a check brings the signed manifest, and is conditional from then on', async () => {
  const release = await published(randomBytes(1000))
  const { source } = await providerAndSource(answering(() => release))
  const offer = await source.check(request())
  expect(offer).toEqual({ kind: 'offered', manifest: release.manifest, etag: release.etag })
  expect(await source.check(request({ etag: release.etag, highWater: 1 }))).toEqual({
    kind: 'unchanged',
    etag: release.etag,
  })
  expect(source.counters).toMatchObject({ checks: 2, unchanged: 1, failed: 0, resets: 0 })
  expectKept(source)
})

test('a download comes in chunks over connections that are kept', async () => {
  const release = await published(randomBytes(3 * MIB + 17))
  const ranges: (string | undefined)[] = []
  const answer = answering(() => release)
  const { source } = await providerAndSource((asked, response) => {
    ranges.push(asked.headers.range)
    answer(asked, response)
  })
  const writer = new MemoryWriter()
  await source.download(release.manifest, writer, new AbortController().signal)
  expect(Buffer.compare(writer.bytes, release.blob)).toBe(0)
  expect(ranges).toHaveLength(4)
  expect(ranges[3]).toBe(`bytes=${3 * MIB}-${3 * MIB + 16}`)
  expectKept(source)
})

test('a download goes on where an earlier one stopped', async () => {
  const release = await published(randomBytes(2 * MIB))
  const { source } = await providerAndSource(answering(() => release))
  const writer = new MemoryWriter(release.blob.subarray(0, 1_234_567))
  await source.download(release.manifest, writer, new AbortController().signal)
  expect(Buffer.compare(writer.bytes, release.blob)).toBe(0)
  expect(writer.restarts).toBe(0)
})

test('a download that is cancelled ends at the edge of a chunk, and its connection lives on', async () => {
  const release = await published(randomBytes(4 * MIB))
  const { source } = await providerAndSource(answering(() => release))
  const controller = new AbortController()
  const writer = new (class extends MemoryWriter {
    override async write(chunk: Uint8Array): Promise<void> {
      controller.abort()
      await super.write(chunk)
    }
  })()
  await expect(source.download(release.manifest, writer, controller.signal)).rejects.toMatchObject({
    code: 'HOTLOAD_CLOSED',
  })
  expect(writer.offset).toBe(MIB)
  await source.check(request())
  expectKept(source)
})

test('a blob that changes between two chunks is begun again', async () => {
  const before = await published(randomBytes(2 * MIB))
  const after = await published(randomBytes(2 * MIB))
  let asked = 0
  const { source } = await providerAndSource(answering(() => (asked++ === 0 ? before : after)))
  const writer = new MemoryWriter()
  await source.download(after.manifest, writer, new AbortController().signal)
  expect(Buffer.compare(writer.bytes, after.blob)).toBe(0)
  expect(writer.restarts).toBe(1)
})

test('a provider that does not know Range is taken whole', async () => {
  const release = await published(randomBytes(2 * MIB))
  const { source } = await providerAndSource((_asked, response) => void response.end(release.blob))
  const writer = new MemoryWriter(new Uint8Array(99))
  await source.download(release.manifest, writer, new AbortController().signal)
  expect(Buffer.compare(writer.bytes, release.blob)).toBe(0)
})

test.each(['short Content-Length', 'unfinished chunks', 'end of connection'])(
  'a body that is cut in mid-chunk (%s) is asked for again from there',
  async (framing) => {
    const release = await published(randomBytes(2 * MIB))
    const answer = answering(() => release)
    let asked = 0
    const { source } = await providerAndSource((incoming, response) => {
      if (asked++ > 0) {
        answer(incoming, response)
        return
      }
      response.useChunkedEncodingByDefault = framing === 'unfinished chunks'
      if (framing === 'short Content-Length') response.setHeader('content-length', MIB)
      response.setHeader('content-range', `bytes 0-${MIB - 1}/${2 * MIB}`)
      response.setHeader('connection', 'close')
      response.writeHead(206)
      response.write(release.blob.subarray(0, 5000), () => response.socket?.end())
    })
    const writer = new MemoryWriter()
    await source.download(release.manifest, writer, new AbortController().signal)
    expect(Buffer.compare(writer.bytes, release.blob)).toBe(0)
    expect(writer.restarts).toBe(0)
  },
)

test('a blob that never comes is given up, and what came is kept', async () => {
  const release = await published(randomBytes(MIB))
  const { source } = await providerAndSource((_asked, response) => {
    response.writeHead(206, { 'content-range': `bytes 0-${MIB - 1}/${MIB}`, 'content-length': MIB })
    response.write(release.blob.subarray(0, 100), () => response.socket?.end())
  })
  const writer = new MemoryWriter()
  await expect(source.download(release.manifest, writer, new AbortController().signal)).rejects.toMatchObject(
    { code: 'HOTLOAD_PROVIDER' },
  )
  expect(Buffer.compare(writer.bytes, release.blob.subarray(0, 100))).toBe(0)
})

test('a disk that is full ends a download, not its connection', async () => {
  const release = await published(randomBytes(2 * MIB))
  const { source } = await providerAndSource(answering(() => release))
  const writer = new (class extends MemoryWriter {
    override write(): Promise<void> {
      return Promise.reject(new HotloadError('HOTLOAD_DISK', 'no space left'))
    }
  })()
  await expect(source.download(release.manifest, writer, new AbortController().signal)).rejects.toMatchObject(
    { code: 'HOTLOAD_DISK' },
  )
  await source.check(request())
  expectKept(source)
})

test('503 with Retry-After says how long to stay away, for a manifest and for a blob', async () => {
  const release = await published(randomBytes(10))
  let asked = 0
  const { source } = await providerAndSource((_asked, response) => {
    asked++
    response.writeHead(503, { 'retry-after': '7' }).end('busy')
  })
  expect(await source.check(request())).toMatchObject({ kind: 'failed', retryAfterMs: 7000 })
  await source.download(release.manifest, new MemoryWriter(), new AbortController().signal).catch(() => 0)
  expect(await source.check(request())).toMatchObject({
    kind: 'failed',
    retryAfterMs: expect.any(Number) as number,
  })
  expect(asked).toBe(2)
})

test('a date in Retry-After is taken against the clock of the provider', async () => {
  const { source } = await providerAndSource((_asked, response) => {
    const dates = { date: 'Sun, 06 Nov 1994 08:49:37 GMT', 'retry-after': 'Sun, 06 Nov 1994 08:50:07 GMT' }
    response.writeHead(429, dates).end()
  })
  expect(await source.check(request())).toMatchObject({ kind: 'failed', retryAfterMs: 30_000 })
})

test('304 without an ETag keeps the one that is known; 304 that nobody asked for is an error', async () => {
  const { source } = await providerAndSource((_asked, response) => void response.writeHead(304).end())
  expect(await source.check(request({ etag: '"known"' }))).toEqual({ kind: 'unchanged', etag: '"known"' })
  expect(reasonOf(await source.check(request()))).toContain('answered 304')
})

test('redirects are followed, five at most, and never from https to http', async () => {
  const release = await published(randomBytes(10))
  const answer = answering(() => release)
  const { source } = await providerAndSource((asked, response) => {
    const hops = Number(/\/r(\d)\//.exec(asked.url ?? '')?.[1] ?? 0)
    if (hops < 2) response.writeHead(302, { location: `/r${hops + 1}/pricing/manifest` }).end('moved')
    else {
      asked.url = '/pricing/manifest'
      answer(asked, response)
    }
  })
  expect(await source.check(request())).toMatchObject({ kind: 'offered' })
  const endless = await providerAndSource(
    (asked, response) => void response.writeHead(307, { location: asked.url ?? '/' }).end('x'.repeat(9999)),
  )
  expect(reasonOf(await endless.source.check(request()))).toContain('more than 5 redirects')
  expectKept(endless.source)
})

test('headers of the operator do not follow a redirect to another host', async () => {
  const seen: (string | undefined)[] = []
  const other = await providerAndSource((asked, response) => {
    seen.push(asked.headers.authorization)
    response.writeHead(404).end()
  })
  const { source } = await providerAndSource(
    (asked, response) => {
      seen.push(asked.headers.authorization)
      response.writeHead(302, { location: `${other.base}/pricing/manifest` }).end()
    },
    { headers: { authorization: 'Bearer secret' } },
  )
  await source.check(request())
  expect(seen).toEqual(['Bearer secret', undefined])
})

test('a request on a connection that the provider has just closed is sent once more, at once', async () => {
  const { etag } = await published(randomBytes(10))
  let answers = 0
  const { source } = await hostile((socket) => {
    let asked = 0
    socket.on('data', () => {
      // The second request of the first connection meets a reset.
      if (asked++ > 0 && answers === 1) socket.resetAndDestroy()
      else {
        answers++
        socket.write(`HTTP/1.1 304 Not Modified\r\netag: ${etag}\r\n\r\n`)
      }
    })
  })
  expect(await source.check(request({ etag }))).toMatchObject({ kind: 'unchanged' })
  expect(await source.check(request({ etag }))).toMatchObject({ kind: 'unchanged' })
  expect(source.counters).toMatchObject({ checks: 2, failed: 0, connections: 2 })
})

test('a new connection that is reset is not tried again: the next check will', async () => {
  let connections = 0
  const { source } = await hostile((socket) => {
    connections++
    socket.on('data', () => socket.resetAndDestroy())
  })
  expect(await source.check(request())).toMatchObject({ kind: 'failed' })
  expect(connections).toBe(1)
})

test('nobody listening is said in words', async () => {
  const server = await listen(createServer())
  const { source } = sourceOf(server.port, {})
  await server[Symbol.asyncDispose]()
  expect(reasonOf(await source.check(request()))).toBe(
    `http://127.0.0.1:${server.port}/pricing/manifest: connection refused: is the provider running there?`,
  )
})

test('endless headers end the check', async () => {
  const { source } = await hostile((socket) => {
    const send = (): void => {
      while (!socket.destroyed && socket.write(`x-more: ${'y'.repeat(1000)}\r\n`));
    }
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\n')
      socket.on('drain', send)
      send()
    })
  })
  expect(reasonOf(await source.check(request()))).toContain('more than 16 KiB of headers')
})

test('a body of 10 GB is cut, counted, and not kept in memory', async () => {
  const { source } = await providerAndSource((_asked, response) => {
    const block = Buffer.alloc(MIB)
    response.writeHead(200, { 'content-length': 10 * 1024 * MIB })
    const send = (): void => {
      while (!response.destroyed && response.write(block));
    }
    response.on('drain', send)
    send()
  })
  const before = process.memoryUsage().rss
  const result = await source.check(request())
  await source.close()
  expect(result).toMatchObject({ kind: 'failed', error: { code: 'HOTLOAD_PROVIDER' } })
  expect(source.counters.resets).toBe(1)
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * MIB)
})

test('a provider that trickles its answer is left while it does', async () => {
  let timer: NodeJS.Timeout | undefined
  const { source } = await hostile((socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 60000\r\n\r\n')
      timer = setInterval(() => socket.write('{'), 10)
    })
  })
  opened.push(() => {
    clearInterval(timer)
    return Promise.resolve()
  })
  const controller = new AbortController()
  const checked = source.check(request({ signal: controller.signal }))
  controller.abort()
  expect(await checked).toMatchObject({ kind: 'failed', error: { code: 'HOTLOAD_CLOSED' } })
})

test('with a wait the provider may hold its answer, and is left without a reset', async () => {
  const waiting = deferred<string>()
  const { source } = await providerAndSource((asked, response) => {
    waiting.resolve(String(asked.headers.prefer))
    response.on('error', () => undefined)
  })
  const controller = new AbortController()
  const checked = source.check(request({ waitMs: 30_000, signal: controller.signal }))
  expect(await waiting.promise).toBe('wait=30')
  controller.abort()
  expect(await checked).toMatchObject({ kind: 'failed' })
  await source.close()
  expect(source.counters.resets).toBe(0)
})

test('a manifest that is replayed, of another name, or not signed by a trusted key is refused', async () => {
  const release = await published(randomBytes(10), { seq: 4 })
  const { source, port } = await providerAndSource(answering(() => release))
  expect(await source.check(request({ highWater: 5 }))).toMatchObject({ error: { code: 'HOTLOAD_REPLAY' } })
  const stranger = 'ed25519:11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'
  const strict = sourceOf(port, { trust: [stranger] })
  expect(await strict.source.check(request())).toMatchObject({ error: { code: 'HOTLOAD_SIGNATURE' } })
})

test('reports are sent beside checks, the oldest dropped, and never waited for', async () => {
  const got: unknown[] = []
  const first = deferred<void>()
  const all = deferred<void>()
  const { source } = await providerAndSource((asked, response) => {
    let body = ''
    asked.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk
    })
    const answer = async (): Promise<void> => {
      await once(asked, 'end')
      await first.promise
      got.push(JSON.parse(body))
      response.writeHead(204).end()
      if (got.length === 17) all.resolve()
    }
    void answer()
  })
  for (let number = 0; number < 40; number++) source.report?.({ number })
  source.report?.({ tooLong: 'x'.repeat(20_000) })
  first.resolve()
  await all.promise
  expect(got).toEqual([{ number: 0 }, ...Array.from({ length: 16 }, (_, index) => ({ number: 24 + index }))])
})

test('a check that is called off, by its signal or by close(), is no failure', async () => {
  const asked = deferred<void>()
  const { source } = await providerAndSource(() => asked.resolve())
  const controller = new AbortController()
  const first = source.check(request({ waitMs: 30_000, signal: controller.signal }))
  await asked.promise
  controller.abort()
  expect(await first).toMatchObject({ kind: 'failed', error: { code: 'HOTLOAD_CLOSED' } })
  const second = source.check(request({ waitMs: 30_000 }))
  await source.close()
  expect(await second).toMatchObject({ kind: 'failed', error: { code: 'HOTLOAD_CLOSED' } })
  expect(source.counters).toMatchObject({ checks: 2, failed: 0 })
})

test('what is closed answers so', async () => {
  const release = await published(randomBytes(10))
  const { source } = await providerAndSource(answering(() => release))
  await source.close()
  await source.close()
  expect(await source.check(request())).toMatchObject({ error: { code: 'HOTLOAD_CLOSED' } })
  await expect(
    source.download(release.manifest, new MemoryWriter(), new AbortController().signal),
  ).rejects.toMatchObject({ code: 'HOTLOAD_CLOSED' })
})

test('a URL, a key or a time that cannot be meant is refused when the source is made', () => {
  const trust = [KEYS.publicKey]
  expect(() => httpSource('provider:8080', { trust })).toThrow('http:// or https:// was wanted')
  expect(() => httpSource('http://user:pw@provider', { trust })).toThrow('give it as headers')
  expect(() => httpSource('http://provider', { trust, every: '30 fortnights' })).toThrow('a time was wanted')
  expect(() => httpSource('http://provider', { trust: ['nonsense'] })).toThrow('no key')
})

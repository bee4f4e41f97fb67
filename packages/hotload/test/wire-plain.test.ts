import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { httpSource } from '../src/source/http-source.ts'
import { npmSource } from '../src/source/npm-source.ts'
import { plainSource, type PlainSourceOptions } from '../src/source/plain-source.ts'
import type { CheckResult, Source } from '../src/source/source.ts'
import { KEYS, listen, MemoryWriter, memoryStore, published, reasonOf, request } from './wire-support.ts'

const MIB = 1024 * 1024
const LONG_AGO = 'Sun, 06 Nov 1994 08:49:37 GMT'
const opened: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close()
})

async function serving(listener: RequestListener): Promise<string> {
  const server = await listen(createServer(listener))
  opened.push(() => server[Symbol.asyncDispose]())
  return `http://127.0.0.1:${server.port}`
}

async function plain(listener: RequestListener, options: PlainSourceOptions = {}): Promise<Source> {
  const source = plainSource(`${await serving(listener)}/plugins/pricing.jar`, options)
  opened.push(() => source.close())
  return source
}

/** A file as a web server sends it: with Range, If-Range and the headers given. */
function file(
  bytes: Uint8Array,
  headers: Record<string, string>,
  seen: IncomingMessage['headers'][] = [],
): RequestListener {
  return (asked, response) => {
    seen.push(asked.headers)
    if (headers['etag'] !== undefined && asked.headers['if-none-match'] === headers['etag']) {
      response.writeHead(304, headers).end()
      return
    }
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(asked.headers.range ?? '') ?? []
    const isWhole = first === undefined || last === undefined || Number(first) >= bytes.byteLength
    if (isWhole) {
      response.writeHead(200, { ...headers, 'content-length': bytes.byteLength }).end(bytes)
      return
    }
    const part = bytes.subarray(Number(first), Number(last) + 1)
    const range = `bytes ${first}-${Number(first) + part.byteLength - 1}/${bytes.byteLength}`
    response.writeHead(206, { ...headers, 'content-range': range, 'content-length': part.byteLength })
    response.end(part)
  }
}

function etagOf(result: CheckResult): string {
  if (result.kind === 'failed' || result.etag === undefined)
    throw new Error(`no validator: ${reasonOf(result)}`)
  return result.etag
}

test('a file of any web server is offered once, and a version later under a higher number', async () => {
  const bytes = [randomBytes(100), randomBytes(100)]
  let now = 0
  const source = await plain((asked, response) =>
    file(bytes[now] ?? Buffer.alloc(0), { etag: `"${now}"` })(asked, response),
  )
  const first = await source.check(request({ highWater: 0 }))
  expect(first).toMatchObject({
    kind: 'offered',
    manifest: { version: '0.0.1', seq: 1, size: 100, fileName: 'pricing.jar', format: 'file' },
  })
  expect(await source.check(request({ etag: etagOf(first), highWater: 1 }))).toMatchObject({
    kind: 'unchanged',
  })
  now = 1
  const second = await source.check(request({ etag: etagOf(first), highWater: 1 }))
  expect(second).toMatchObject({ kind: 'offered', manifest: { version: '0.0.2', seq: 2 } })
  expect(source.counters.resets).toBe(0)
})

test('a large file comes in chunks that its strong tag holds together', async () => {
  const bytes = randomBytes(2 * MIB + 5)
  const seen: IncomingMessage['headers'][] = []
  const source = await plain(file(bytes, { etag: '"a"' }, seen))
  const store = memoryStore()
  const result = await source.check(request({ store }))
  expect(result).toMatchObject({
    manifest: { sha512: createHash('sha512').update(bytes).digest('hex'), size: bytes.byteLength },
  })
  expect(seen.map((headers) => headers['if-range'])).toEqual([undefined, '"a"', '"a"'])
})

test('without a strong tag a large file is taken whole, so that no two versions mix', async () => {
  const bytes = randomBytes(2 * MIB)
  const seen: IncomingMessage['headers'][] = []
  const source = await plain(file(bytes, { 'last-modified': LONG_AGO }, seen))
  expect(await source.check(request())).toMatchObject({ kind: 'offered', manifest: { size: 2 * MIB } })
  expect(seen.map(({ range }) => range)).toEqual([`bytes=0-${MIB - 1}`, undefined])
})

test('a file that changes between two chunks is an error, not a mixture', async () => {
  let asked = 0
  const source = await plain((incoming, response) => {
    file(randomBytes(3 * MIB), { etag: `"${asked++}"` })(incoming, response)
  })
  expect(reasonOf(await source.check(request()))).toContain('changed while it was downloaded')
})

test('a file changed within 2 s of its answer is compared by digest the next time', async () => {
  const seen: IncomingMessage['headers'][] = []
  let bytes = Buffer.from('one')
  const fresh = { date: LONG_AGO, 'last-modified': LONG_AGO, etag: '"made-of-the-date"' }
  const source = await plain((asked, response) => {
    seen.push(asked.headers)
    response.writeHead(200, { ...fresh, 'content-length': bytes.byteLength }).end(bytes)
  })
  const first = await source.check(request())
  const again = await source.check(request({ etag: etagOf(first), highWater: 1 }))
  expect(again.kind).toBe('unchanged')
  bytes = Buffer.from('two')
  const changed = await source.check(request({ etag: etagOf(again), highWater: 1 }))
  expect(changed.kind).toBe('offered')
  expect(seen.flatMap((headers) => headers['if-none-match'] ?? headers['if-modified-since'] ?? [])).toEqual(
    [],
  )
})

test('a date long past is asked by, where there is no tag', async () => {
  const source = await plain((asked, response) => {
    if (asked.headers['if-modified-since'] === LONG_AGO) response.writeHead(304).end()
    else response.writeHead(200, { 'last-modified': LONG_AGO, 'content-length': 3 }).end('one')
  })
  const first = await source.check(request())
  expect((await source.check(request({ etag: etagOf(first) }))).kind).toBe('unchanged')
})

test('a body whose length nobody says is refused: cut short it would look whole', async () => {
  const source = await plain((_asked, response) => {
    response.useChunkedEncodingByDefault = false
    response.setHeader('connection', 'close')
    response.writeHead(200)
    response.end('half of a j')
  })
  expect(reasonOf(await source.check(request()))).toContain('does not say how long it is')
})

test('a file of another digest than the one that is wanted is refused', async () => {
  const wanted = createHash('sha512').update('right').digest('hex')
  const source = await plain(file(Buffer.from('wrong'), {}), { sha512: wanted })
  expect(await source.check(request())).toMatchObject({ kind: 'failed', error: { code: 'HOTLOAD_DIGEST' } })
  expect(() => plainSource('http://x/a.jar', { sha512: 'abc' })).toThrow('128 lower-case hexadecimal digits')
  expect(() => plainSource('http://x/')).toThrow('fileName')
})

test('any web server is a provider that signs, with what a provider answers put beside its blobs', async () => {
  const release = await published(randomBytes(2 * MIB))
  const files = new Map<string, Uint8Array>([
    ['/pricing/manifest', release.envelope],
    [`/blobs/sha512/${release.manifest.sha512}`, release.blob],
  ])
  // It knows neither Range nor ETag.
  const base = await serving((asked, response) => {
    const bytes = files.get(asked.url ?? '')
    if (bytes === undefined) response.writeHead(404).end()
    else response.writeHead(200, { 'content-length': bytes.byteLength, 'last-modified': LONG_AGO }).end(bytes)
  })
  const source = httpSource(base, { trust: [KEYS.publicKey] })
  opened.push(() => source.close())
  const offer = await source.check(request())
  if (offer.kind !== 'offered') throw new Error(reasonOf(offer))
  const writer = new MemoryWriter()
  await source.download(offer.manifest, writer, new AbortController().signal)
  expect(Buffer.compare(writer.bytes, release.blob)).toBe(0)
  expect(source.counters.resets).toBe(0)
})

test('an npm registry is asked for a tag, and its sha512 must be that of the tarball', async () => {
  const tarball = randomBytes(1000)
  let integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
  const paths: (string | undefined)[] = []
  let base = ''
  base = await serving((asked, response) => {
    paths.push(asked.url)
    if (asked.url?.endsWith('.tgz') === true) {
      response.writeHead(200, { 'content-length': tarball.byteLength }).end(tarball)
      return
    }
    const dist = { tarball: `${base}/rules/-/rules-1.2.3.tgz`, integrity }
    response.end(JSON.stringify({ name: '@team/rules', version: '1.2.3', dist }))
  })
  const source = npmSource(base, '@team/rules', { distTag: 'stable', entry: 'dist/index.js' })
  opened.push(() => source.close())
  const offer = await source.check(request())
  expect(offer).toMatchObject({
    kind: 'offered',
    manifest: { version: '1.2.3', format: 'tgz', entry: 'package/dist/index.js', seq: 1, size: 1000 },
  })
  expect(paths).toEqual(['/@team%2frules/stable', '/rules/-/rules-1.2.3.tgz'])
  expect((await source.check(request({ etag: etagOf(offer), highWater: 1 }))).kind).toBe('unchanged')
  integrity = `sha512-${createHash('sha512').update('other').digest('base64')}`
  expect(await source.check(request({ highWater: 1 }))).toMatchObject({ error: { code: 'HOTLOAD_DIGEST' } })
  integrity = 'sha1-abc'
  expect(reasonOf(await source.check(request()))).toContain('states no sha512')
})

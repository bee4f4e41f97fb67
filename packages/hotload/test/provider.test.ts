import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { HotloadError, type ErrorCode } from '../src/errors.ts'
import { generateKeys } from '../src/manifest/keys.ts'
import { signKeyList } from '../src/manifest/key-list.ts'
import type { Manifest } from '../src/manifest/manifest.ts'
import { ed25519Signer } from '../src/manifest/signer.ts'
import { verifyManifest } from '../src/manifest/verify-manifest.ts'
import { serveProvider, type ProviderServer } from '../src/provider/provider-server.ts'
import { createProvider, type Provider, type ProviderOptions } from '../src/provider/provider.ts'
import { httpSource } from '../src/source/http-source.ts'
import { openStore } from '../src/store/open-store.ts'
import { sha512Of } from './packages.ts'

const KEYS = generateKeys()
const BLOB = randomBytes(100_000)

let dir: string
let file: string
const opened: { close(): Promise<void> }[] = []
const sockets: Socket[] = []
const agent = new Agent({ keepAlive: true })

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hotload-provider-'))
  file = join(dir, 'rules.jar')
  await writeFile(file, BLOB)
})

afterEach(async () => {
  agent.destroy()
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const server of opened.splice(0).toReversed()) await server.close()
  await rm(dir, { recursive: true, force: true })
})

describe('a provider publishes', () => {
  it('a file, whose signed manifest and blob a client can verify', async () => {
    const { provider, server } = await served()
    const published = await provider.publish('pricing', file, { version: '1.0.0', host: '^2.0' })
    expect(published).toMatchObject({ version: '1.0.0', seq: 1, size: BLOB.length, sha512: sha512Of(BLOB) })
    const manifest = await manifestAt(server)
    expect(manifest).toMatchObject({
      version: '1.0.0',
      seq: 1,
      host: '^2.0',
      format: 'file',
      fileName: 'rules.jar',
    })
    expect(Date.parse(manifest.expires)).toBeGreaterThan(Date.now() + 3.4 * 86_400_000)
    expect((await ask(server, `/blobs/sha512/${manifest.sha512}`)).body).toEqual(BLOB)
  })

  it('a folder as an archive that is the same bytes each time', async () => {
    const { provider } = await served()
    const folder = await packageFolder()
    const first = await provider.publish('pricing', folder, { version: '1.0.0' })
    const again = await provider.publish('pricing', folder, { version: '1.0.1' })
    expect(again.sha512).toBe(first.sha512)
    expect(again.seq).toBe(2)
  })

  it('to its end before close() resolves, and nothing afterwards', async () => {
    const folder = join(dir, 'closed')
    const provider = createProvider({ dir: folder, sign: ed25519Signer(KEYS.privateKey) })
    const published = provider.publish('pricing', file, { version: '1.0.0' })
    await provider.close()
    await rm(folder, { recursive: true })
    expect(await published).toMatchObject({ version: '1.0.0' })
    await refusal('HOTLOAD_CLOSED', provider.publish('pricing', file, { version: '1.0.1' }))
    expect(await readdir(dir)).not.toContain('closed')
  })

  it('what is named alone: the rest is told', async () => {
    const { provider } = await served()
    await expect(provider.publish('pricing', file, undefined as never)).rejects.toThrow(
      "publish(name, 'path/of/the/package', { version }) was wanted",
    )
  })

  it('a scoped name', async () => {
    const { provider, server } = await served()
    await provider.publish('@team/pricing', file, { version: '1.0.0' })
    expect((await manifestAt(server, '@team/pricing')).name).toBe('@team/pricing')
    expect((await manifestAt(server, '@team%2Fpricing')).name).toBe('@team/pricing')
  })

  it('nothing that no client would take', async () => {
    const { provider } = await served()
    const publish = (name: string, source: string, options: object): Promise<unknown> =>
      provider.publish(name, source, { version: '1.0.0', ...options })
    await refusal('HOTLOAD_MANIFEST', publish('../x', file, {}))
    await refusal('HOTLOAD_MANIFEST', publish('pricing', file, { version: 'latest' }))
    await refusal('HOTLOAD_MANIFEST', publish('pricing', file, { host: 'two' }))
    await refusal('HOTLOAD_MANIFEST', publish('pricing', file, { rollout: 2 }))
    await refusal('HOTLOAD_DISK', publish('pricing', join(dir, 'absent'), {}))
    const folder = await packageFolder()
    await refusal('HOTLOAD_ARCHIVE', publish('pricing', folder, { entry: 'dist/other.js' }))
    await symlink('/etc/passwd', join(folder, 'link'))
    await refusal('HOTLOAD_ARCHIVE', publish('pricing', folder, {}))
    const broken = join(dir, 'broken.tgz')
    await writeFile(broken, 'no archive')
    await refusal('HOTLOAD_ARCHIVE', publish('pricing', broken, {}))
    expect(await readdir(join(dir, 'releases', 'blobs', 'sha512'))).toEqual([])
    expect(await readdir(join(dir, 'releases', 'packages'))).toEqual([])
    expect(await readdir(join(dir, 'releases', 'tmp'))).toEqual([])
  })

  it('no other bytes under a version that is known', async () => {
    const { provider } = await served()
    await provider.publish('pricing', file, { version: '1.0.0' })
    await writeFile(file, 'changed')
    await refusal('HOTLOAD_MANIFEST', provider.publish('pricing', file, { version: '1.0.0' }))
    expect((await provider.status()).packages[0]).toMatchObject({ seq: 1 })
  })

  it('with numbers that go on after a restart, and the same manifest bytes', async () => {
    const { provider, server } = await served()
    await provider.publish('pricing', file, { version: '1.0.0' })
    const before = await ask(server, '/pricing/manifest')
    await server.close()
    const restarted = await served()
    expect((await ask(restarted.server, '/pricing/manifest')).body).toEqual(before.body)
    expect((await publishText(restarted.provider, '2.0.0')).seq).toBe(2)
  })

  it('from several processes on one folder, without a number twice', async () => {
    const providers = [await made(), await made(), await made()]
    const published = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        publishText(providers[index % 3] ?? providers[0], `1.0.${index}`),
      ),
    )
    expect(published.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 12 }, (_, index) => index + 1),
    )
  })

  it('an older version again, under a new number', async () => {
    const { provider, server } = await served()
    const first = await publishText(provider, '1.0.0')
    await publishText(provider, '2.0.0')
    await provider.returnTo('pricing', '1.0.0')
    expect(await manifestAt(server)).toMatchObject({ version: '1.0.0', seq: 3, sha512: first.sha512 })
    await refusal('HOTLOAD_NO_VERSION', provider.returnTo('pricing', '9.9.9'))
  })

  it('a version taken back: the one before it under a new number, and never that one again', async () => {
    const { provider, server } = await served()
    await publishText(provider, '1.0.0')
    await publishText(provider, '2.0.0')
    await provider.retract('pricing')
    expect(await manifestAt(server)).toMatchObject({ version: '1.0.0', seq: 3 })
    await refusal('HOTLOAD_MANIFEST', provider.returnTo('pricing', '2.0.0'))
    await provider.retract('pricing', '1.0.0')
    expect(await manifestAt(server)).toMatchObject({ version: '1.0.0', seq: 4, retracted: true })
  })

  it('and keeps so many old versions, and those that are offered', async () => {
    const { provider } = await served({ keep: 2 })
    for (const version of ['1.0.0', '2.0.0', '3.0.0', '4.0.0']) await publishText(provider, version)
    expect((await provider.status()).packages[0]?.releases.map(({ version }) => version)).toEqual([
      '3.0.0',
      '4.0.0',
    ])
    expect(await readdir(join(dir, 'releases', 'blobs', 'sha512'))).toHaveLength(2)
  })

  it('a manifest that is signed again before it expires, for the same version', async () => {
    let now = new Date('2026-11-22T12:00:00Z')
    const { provider, server } = await served({ expires: '1h', now: () => now })
    await provider.publish('pricing', file, { version: '1.0.0' })
    const expires: number[] = []
    for (let minute = 0; minute < 180; minute += 7) {
      now = new Date(Date.parse('2026-11-22T12:00:00Z') + minute * 60_000)
      const manifest = await manifestAt(server, 'pricing', {}, now)
      expires.push(Date.parse(manifest.expires) - now.getTime())
      expect(manifest.seq).toBe(1)
    }
    expect(Math.min(...expires)).toBeGreaterThanOrEqual(30 * 60_000)
    expect(Math.max(...expires)).toBeLessThanOrEqual(60 * 60_000)
  })

  it('a manifest that ends on a date where that was wanted', async () => {
    const { provider, server } = await served()
    await provider.publish('pricing', file, { version: '1.0.0', expires: '2099-01-01T00:00:00Z' })
    expect((await manifestAt(server)).expires).toBe('2099-01-01T00:00:00.000Z')
  })

  it('with the key lists that lead from the keys of old clients to its own', async () => {
    const next = generateKeys()
    const list = { schema: 'hotload.keys/1' as const, seq: 1, threshold: 1, keys: [next.publicKey] }
    const signed = await signKeyList(list, [ed25519Signer(KEYS.privateKey), ed25519Signer(next.privateKey)])
    const { provider, server } = await served({ sign: ed25519Signer(next.privateKey), keyLists: [signed] })
    await provider.publish('pricing', file, { version: '1.0.0' })
    expect((await manifestAt(server)).seq).toBe(1)
  })
})

describe('a staged rollout', () => {
  it('gives its share of clients the new version, the same ones each time, and all others the old one', async () => {
    const { provider, server } = await served()
    await publishText(provider, '1.0.0')
    await publishText(provider, '2.0.0', { rollout: 0.3 })
    const clients = Array.from({ length: 200 }, (_, index) => `client-${index}`)
    const versionsNow = async (): Promise<string[]> =>
      Promise.all(
        clients.map(async (id) => (await manifestAt(server, 'pricing', { 'hotload-client': id })).version),
      )
    const first = await versionsNow()
    const share = first.filter((version) => version === '2.0.0').length
    expect(share).toBeGreaterThan(35)
    expect(share).toBeLessThan(85)
    expect(await versionsNow()).toEqual(first)
    await provider.rollOut('pricing', 0.6)
    const wider = await versionsNow()
    expect(first.every((version, index) => version === '1.0.0' || wider[index] === '2.0.0')).toBe(true)
    expect(wider.filter((version) => version === '2.0.0').length).toBeGreaterThan(share)
    await provider.rollOut('pricing', 1)
    expect(new Set(await versionsNow())).toEqual(new Set(['2.0.0']))
    expect((await provider.status()).packages[0]).toMatchObject({ seq: 2 })
  })

  it('gives who does not say who it is what is for everybody', async () => {
    const { provider, server } = await served()
    await publishText(provider, '1.0.0')
    await publishText(provider, '2.0.0', { rollout: 0.999 })
    expect((await manifestAt(server)).version).toBe('1.0.0')
  })
})

describe('RFC 9110', () => {
  it('HEAD says what GET would, without the body', async () => {
    const { provider, server } = await served()
    const { sha512 } = await provider.publish('pricing', file, { version: '1.0.0' })
    for (const path of ['/pricing/manifest', `/blobs/sha512/${sha512}`, '/nothing']) {
      const [get, head] = [await ask(server, path), await ask(server, path, {}, 'HEAD')]
      expect(head.status).toBe(get.status)
      expect(head.body).toHaveLength(0)
      const same = ['etag', 'content-length', 'last-modified', 'content-type', 'cache-control']
      for (const name of same) expect(head.headers[name]).toBe(get.headers[name])
    }
  })

  it('a blob is immutable, and its tag is strong', async () => {
    const { path, server } = await blobServed()
    const { headers } = await ask(server, path)
    expect(headers.etag).toBe(`"${sha512Of(BLOB)}"`)
    expect(headers['cache-control']).toMatch(/immutable/)
    expect(headers['accept-ranges']).toBe('bytes')
  })

  const ranges: readonly (readonly [string, number, string | undefined, number, number])[] = [
    ['bytes=0-99', 206, 'bytes 0-99/100000', 0, 100],
    ['bytes=99990-', 206, 'bytes 99990-99999/100000', 99_990, 100_000],
    ['bytes=-5', 206, 'bytes 99995-99999/100000', 99_995, 100_000],
    ['bytes=-200000', 206, 'bytes 0-99999/100000', 0, 100_000],
    ['bytes=99999-200000', 206, 'bytes 99999-99999/100000', 99_999, 100_000],
    ['bytes=100000-', 416, 'bytes */100000', 0, 0],
    ['bytes=-0', 416, 'bytes */100000', 0, 0],
    ['bytes=100000-100001,200000-', 416, 'bytes */100000', 0, 0],
    ['bytes=0-1,5-9', 200, undefined, 0, 100_000],
    ['bytes=5-1', 200, undefined, 0, 100_000],
    ['bytes=', 200, undefined, 0, 100_000],
    ['bytes=-', 200, undefined, 0, 100_000],
    ['lines=1-2', 200, undefined, 0, 100_000],
    [`bytes=${'0-0,'.repeat(17)}`, 200, undefined, 0, 100_000],
  ]
  it.each(ranges)('Range: %s is answered %i', async (range, status, contentRange, from, to) => {
    const { path, server } = await blobServed()
    const answer = await ask(server, path, { range })
    expect(answer.status).toBe(status)
    expect(answer.headers['content-range']).toBe(contentRange)
    if (status !== 416) expect(answer.body.equals(BLOB.subarray(from, to))).toBe(true)
  })

  it('If-Range: the part where the tag is the same strong one, else the whole', async () => {
    const { path, server } = await blobServed()
    const range = 'bytes=0-9'
    const etag = `"${sha512Of(BLOB)}"`
    expect((await ask(server, path, { range, 'if-range': etag })).status).toBe(206)
    expect((await ask(server, path, { range, 'if-range': '"other"' })).status).toBe(200)
    expect((await ask(server, path, { range, 'if-range': `W/${etag}` })).status).toBe(200)
    expect((await ask(server, path, { range, 'if-range': 'yesterday' })).status).toBe(200)
    // A date is strong once a second has passed, and only as it was given.
    const later = await made({ now: () => new Date(Date.now() + 5000) })
    const other = await serve(later)
    const modified = String((await ask(other, path)).headers['last-modified'])
    const after = new Date(Date.parse(modified) + 60_000).toUTCString()
    expect((await ask(other, path, { range, 'if-range': modified })).status).toBe(206)
    expect((await ask(other, path, { range, 'if-range': after })).status).toBe(200)
    expect((await ask(server, path, { range, 'if-range': after })).status).toBe(200)
  })

  it('conditions are evaluated in their order', async () => {
    const { path, server } = await blobServed()
    const etag = `"${sha512Of(BLOB)}"`
    const past = 'Mon, 01 Jan 2001 00:00:00 GMT'
    const future = 'Fri, 01 Jan 2100 00:00:00 GMT'
    const cases: readonly (readonly [Record<string, string>, number])[] = [
      [{ 'if-none-match': etag }, 304],
      [{ 'if-none-match': `W/${etag}` }, 304],
      [{ 'if-none-match': `"a", W/"b", ${etag}` }, 304],
      [{ 'if-none-match': '*' }, 304],
      [{ 'if-none-match': '"other"' }, 200],
      [{ 'if-none-match': '"other"', 'if-modified-since': future }, 200],
      [{ 'if-modified-since': future }, 304],
      [{ 'if-modified-since': past }, 200],
      [{ 'if-modified-since': 'garbage' }, 200],
      [{ 'if-match': etag }, 200],
      [{ 'if-match': `W/${etag}` }, 412],
      [{ 'if-match': '"other"' }, 412],
      [{ 'if-match': '*', 'if-unmodified-since': past }, 200],
      [{ 'if-unmodified-since': past }, 412],
      [{ 'if-unmodified-since': future }, 200],
      [{ 'if-match': etag, 'if-none-match': etag }, 304],
      [{ 'if-none-match': etag, range: 'bytes=0-9' }, 304],
    ]
    for (const [headers, status] of cases)
      expect([headers, (await ask(server, path, headers)).status]).toEqual([headers, status])
    const unchanged = await ask(server, path, { 'if-none-match': etag })
    expect(unchanged.headers).toMatchObject({ etag })
    expect(unchanged.headers['cache-control']).toMatch(/immutable/)
  })

  it('an empty file is 200 without a body, and no range is in it', async () => {
    const { provider, server } = await served()
    await writeFile(file, '')
    const { sha512 } = await provider.publish('pricing', file, { version: '1.0.0' })
    expect(await ask(server, `/blobs/sha512/${sha512}`)).toMatchObject({ status: 200, body: Buffer.alloc(0) })
    expect((await ask(server, `/blobs/sha512/${sha512}`, { range: 'bytes=0-' })).status).toBe(416)
  })

  it('other methods are told which ones there are, and other paths that there are none', async () => {
    const { server } = await served()
    const wrong = await ask(server, '/pricing/manifest', {}, 'PUT')
    expect(wrong).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } })
    const paths = [
      '/',
      '/a/b/c',
      '/blobs/sha512/../../packages',
      `/blobs/sha512/${'ab'.repeat(64)}`,
      '/%zz/manifest',
    ]
    for (const path of paths) expect((await ask(server, path)).status).toBe(404)
  })
})

describe('a long-poll', () => {
  it('is answered at publication, for all who wait', async () => {
    const { provider, server } = await served()
    await publishText(provider, '1.0.0')
    const { etag } = (await ask(server, '/pricing/manifest')).headers
    const waiting = Array.from({ length: 50 }, () => poll(server, String(etag)))
    await vi.waitFor(async () => expect((await provider.status()).waiting).toBe(50))
    await publishText(provider, '2.0.0')
    for (const answer of await Promise.all(waiting)) {
      expect(answer.status).toBe(200)
      expect(answer.headers['preference-applied']).toBe('wait=60')
    }
    expect((await provider.status()).waiting).toBe(0)
  })

  it('misses no publication that falls between two polls', async () => {
    const { provider, server } = await served()
    await publishText(provider, '1.0.0')
    const follow = async (): Promise<void> => {
      let etag = '"none"'
      for (let version = ''; version !== '1.0.30';) {
        const answer = await poll(server, etag)
        expect(answer.status).toBe(200)
        etag = String(answer.headers.etag)
        version = (await verified(answer.body)).version
      }
    }
    const publishAll = async (): Promise<void> => {
      for (let patch = 1; patch <= 30; patch++) await publishText(provider, `1.0.${patch}`)
    }
    await Promise.all([publishAll(), ...Array.from({ length: 8 }, follow)])
  })

  it('is answered when another process publishes', async () => {
    const { provider, server } = await served()
    await publishText(provider, '1.0.0')
    const { etag } = (await ask(server, '/pricing/manifest')).headers
    const waiting = poll(server, String(etag))
    await vi.waitFor(async () => expect((await provider.status()).waiting).toBe(1))
    await publishText(await made(), '2.0.0')
    expect((await waiting).status).toBe(200)
  })

  it('goes on for a client that the rollout is not for', async () => {
    const { provider, server } = await served()
    await publishText(provider, '1.0.0')
    const { etag } = (await ask(server, '/pricing/manifest')).headers
    const waiting = poll(server, String(etag))
    await vi.waitFor(async () => expect((await provider.status()).waiting).toBe(1))
    await publishText(provider, '2.0.0', { rollout: 0 })
    await vi.waitFor(async () => expect((await provider.status()).waiting).toBe(1))
    await provider.rollOut('pricing', 1)
    const answer = await waiting
    expect(answer.status).toBe(200)
    expect((await verified(answer.body)).version).toBe('2.0.0')
  })

  it('ends with 304 after its time, which is capped', async () => {
    const { provider, server } = await served({ maxWaitMs: 1000 })
    await publishText(provider, '1.0.0')
    const { etag } = (await ask(server, '/pricing/manifest')).headers
    const answer = await poll(server, String(etag), 'wait=3600')
    expect(answer.status).toBe(304)
    expect(answer.headers['preference-applied']).toBe('wait=1')
  })

  it('is answered at once for who has another version, or has none', async () => {
    const { provider, server } = await served()
    await publishText(provider, '1.0.0')
    expect((await poll(server, '"other"')).status).toBe(200)
    expect((await ask(server, '/pricing/manifest', { prefer: 'wait=60' })).status).toBe(200)
  })

  it('holds so many and answers those beyond at once', async () => {
    const { provider, server } = await served({ maxWaiting: 3 })
    await publishText(provider, '1.0.0')
    const { etag } = (await ask(server, '/pricing/manifest')).headers
    const held = Array.from({ length: 3 }, () => poll(server, String(etag)))
    await vi.waitFor(async () => expect((await provider.status()).waiting).toBe(3))
    expect((await poll(server, String(etag))).status).toBe(304)
    await publishText(provider, '2.0.0')
    await Promise.all(held)
  })

  it('leaves no trace of clients that went away', async () => {
    const { provider, server } = await served()
    await publishText(provider, '1.0.0')
    const { etag } = (await ask(server, '/pricing/manifest')).headers
    const socket = connected(server)
    socket.write(
      `GET /pricing/manifest HTTP/1.1\r\nHost: x\r\nIf-None-Match: ${String(etag)}\r\nPrefer: wait=60\r\n\r\n`,
    )
    await vi.waitFor(async () => expect((await provider.status()).waiting).toBe(1))
    socket.destroy()
    await vi.waitFor(async () => expect((await provider.status()).waiting).toBe(0))
  })

  it('is answered when the provider closes, and the connection ends in order', async () => {
    const { provider, server } = await served()
    await publishText(provider, '1.0.0')
    const { etag } = (await ask(server, '/pricing/manifest')).headers
    const waiting = poll(server, String(etag))
    await vi.waitFor(async () => expect((await provider.status()).waiting).toBe(1))
    await server.close()
    expect((await waiting).status).toBe(304)
  })
})

describe('a provider under load and attack', () => {
  it('tells downloads beyond its limit to come again, not all at the same time', async () => {
    const { provider, server } = await served({ maxDownloads: 1 })
    await writeFile(file, randomBytes(20_000_000))
    const { sha512 } = await provider.publish('pricing', file, { version: '1.0.0' })
    const slow = connected(server)
    slow.write(`GET /blobs/sha512/${sha512} HTTP/1.1\r\nHost: x\r\n\r\n`)
    await once(slow, 'readable')
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => ask(server, `/blobs/sha512/${sha512}`)),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]))
    const seconds = answers.map(({ headers }) => Number(headers['retry-after']))
    expect(Math.min(...seconds)).toBeGreaterThanOrEqual(1)
    expect(new Set(seconds).size).toBeGreaterThan(3)
    slow.destroy()
    await vi.waitFor(async () =>
      expect((await ask(server, `/blobs/sha512/${sha512}`, { range: 'bytes=0-0' })).status).toBe(206),
    )
  })

  it('cuts who takes its bytes too slowly, so that others get theirs', async () => {
    const { provider, server } = await served({ maxDownloads: 1, sendGraceMs: 200, minBytesPerS: 1e9 })
    await writeFile(file, randomBytes(20_000_000))
    const { sha512 } = await provider.publish('pricing', file, { version: '1.0.0' })
    const stalled = connected(server)
    stalled.write(`GET /blobs/sha512/${sha512} HTTP/1.1\r\nHost: x\r\n\r\n`)
    await once(stalled, 'readable')
    await vi.waitFor(async () =>
      expect((await ask(server, `/blobs/sha512/${sha512}`, { range: 'bytes=0-0' })).status).toBe(206),
    )
  })

  it('leaves no body of a request unread: the connection serves the next one', async () => {
    const { provider, server } = await served()
    await publishText(provider, '1.0.0')
    const socket = connected(server)
    const body = 'x'.repeat(200_000)
    socket.write(`POST /status HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}`)
    expect(await headOn(socket)).toMatch(/^HTTP\/1\.1 204/)
    socket.write(`PUT /pricing/manifest HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
    expect(await headOn(socket)).toMatch(/^HTTP\/1\.1 405/)
    socket.write(`GET /pricing/manifest HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde`)
    expect(await headOn(socket)).toMatch(/^HTTP\/1\.1 200/)
    expect((await provider.status()).reports).toMatchObject([{ report: {} }])
  })

  it('takes no report that is too long or none, and keeps the last one of each client', async () => {
    const { provider, server } = await served()
    expect((await report(server, 'a', 'x'.repeat(20_000))).status).toBe(413)
    expect((await report(server, 'a', 'no json')).status).toBe(400)
    expect((await report(server, 'a', '{"n":1}')).status).toBe(204)
    expect((await report(server, 'a', '{"n":2}')).status).toBe(204)
    expect((await provider.status()).reports).toMatchObject([{ client: 'a', report: { n: 2 } }])
  })

  it('answers giant headers with 431 and garbage with 400, and goes on', async () => {
    const { server } = await served()
    const giant = connected(server)
    giant.write(`GET / HTTP/1.1\r\nHost: x\r\nX-Big: ${'y'.repeat(100_000)}\r\n\r\n`)
    expect(await headOn(giant)).toMatch(/^HTTP\/1\.1 431/)
    const garbage = connected(server)
    garbage.write('\u0016\u0003\u0001 hello\r\n\r\n')
    expect(await headOn(garbage)).toMatch(/^HTTP\/1\.1 400/)
    expect((await ask(server, '/')).status).toBe(404)
  })

  it('ends who sends a header byte by byte, and serves others meanwhile', async () => {
    const { server } = await served()
    // The limits are those of the server; only the waiting is shortened.
    server.server.headersTimeout = 300
    const slow = connected(server)
    slow.write('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ')
    const drip = setInterval(() => slow.write('y'), 50)
    try {
      const ended = once(slow, 'close')
      expect((await ask(server, '/')).status).toBe(404)
      slow.resume()
      await ended
    } finally {
      clearInterval(drip)
    }
  })

  it('counts the resets it suffers: by whom, when, where, and in what', async () => {
    const { provider, server } = await served()
    await writeFile(file, randomBytes(20_000_000))
    const { sha512 } = await provider.publish('pricing', file, { version: '1.0.0' })
    const inAnswer = connected(server)
    inAnswer.write(`GET /blobs/sha512/${sha512} HTTP/1.1\r\nHost: x\r\n\r\n`)
    await once(inAnswer, 'readable')
    const port = inAnswer.localPort
    inAnswer.resetAndDestroy()
    const idle = connected(server)
    idle.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n')
    await headOn(idle)
    idle.resetAndDestroy()
    await vi.waitFor(async () => expect((await provider.status()).resets).toBe(2))
    const { peers } = await provider.status()
    expect(peers).toMatchObject([
      {
        peer: '127.0.0.1',
        resets: 2,
        events: [
          { kind: 'reset', url: `GET /blobs/sha512/${sha512}`, during: 'answer', peerPort: port },
          { kind: 'reset', url: 'GET /metrics', during: 'idle' },
        ],
      },
    ])
    const metrics = (await ask(server, '/metrics')).body.toString()
    expect(metrics).toMatch(/^hotload_peer_resets_total\{peer="127\.0\.0\.1"\} 2$/m)
  })

  it('holds no more of a peer than its last resets', async () => {
    const { provider, server } = await served()
    for (let count = 0; count < 30; count++) {
      const socket = connected(server)
      socket.write(`GET /${'x'.repeat(1000)} HTTP/1.1\r\nHost: x\r\n\r\n`)
      await headOn(socket)
      socket.resetAndDestroy()
    }
    await vi.waitFor(async () => expect((await provider.status()).resets).toBe(30))
    const [peer] = (await provider.status()).peers
    expect(peer?.events).toHaveLength(16)
    expect(peer?.events[0]?.url).toHaveLength(200)
  })

  it('tells all this to Prometheus', async () => {
    const { provider, server } = await served()
    await publishText(provider, '1.0.0', { rollout: 0.5 })
    await ask(server, '/nothing')
    const { headers, body } = await ask(server, '/metrics')
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/)
    const text = body.toString()
    expect(text).toMatch(/^hotload_requests_total\{route="other",status="404"\} 1$/m)
    expect(text).toMatch(/^hotload_package_seq\{name="pricing",version="1\.0\.0"\} 1$/m)
    expect(text).toMatch(/^hotload_package_rollout\{name="pricing"\} 0\.5$/m)
    expect(text).toMatch(/^hotload_resets_total 0$/m)
    for (const line of text.trimEnd().split('\n'))
      expect(line).toMatch(/^(?:# (?:HELP|TYPE) [a-z_]+ .+|[a-z_]+(?:\{[^}]+\})? [\d.e+-]+)$/)
    expect((await ask(await serve(await made({ metrics: false })), '/metrics')).status).toBe(404)
  })

  it('says what it cannot read, to its operator', async () => {
    const { provider, server } = await served()
    await publishText(provider, '1.0.0')
    await writeFile(join(dir, 'releases', 'packages', 'pricing.json'), '{"half')
    expect((await ask(server, '/pricing/manifest')).status).toBe(500)
    const text = (await ask(server, '/blobs/sha512/00')).body.toString()
    expect(text).not.toContain(dir)
    await refusal('HOTLOAD_MANIFEST', provider.status())
    // Other packages go on, and no blob is deleted that the damaged record may name.
    await provider.publish('billing', file, { version: '1.0.0' })
    expect((await manifestAt(server, 'billing')).version).toBe('1.0.0')
    expect(await readdir(join(dir, 'releases', 'blobs', 'sha512'))).toHaveLength(2)
  })
})

const hasOpenssl = await promisify(execFile)('openssl', ['version']).then(
  () => true,
  () => false,
)

describe('over TLS', () => {
  it.skipIf(!hasOpenssl)(
    `a provider serves with a key and a certificate${hasOpenssl ? '' : ' (skipped: there is no openssl to make them)'}`,
    async () => {
      const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
      const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1']
      const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
      await promisify(execFile)('openssl', [
        'req',
        '-x509',
        ...kind,
        ...subject,
        '-keyout',
        key,
        '-out',
        cert,
      ])
      const provider = await made()
      await publishText(provider, '1.0.0')
      const ca = await readFile(cert, 'utf8')
      const server = await serveProvider(provider, { tls: { key: await readFile(key), cert: ca } })
      opened.push(server)
      const source = httpSource(server.url, { trust: [KEYS.publicKey], tls: { ca } })
      opened.push(source)
      const memory = await openStore(join(dir, 'store'))
      opened.push(memory)
      const answer = await source.check({
        name: 'pricing',
        highWater: 0,
        clientId: memory.clientId,
        signal: new AbortController().signal,
        store: memory,
      })
      expect(answer).toMatchObject({ kind: 'offered', manifest: { version: '1.0.0' } })
      expect(server.url).toMatch(/^https:/)
    },
  )
})

async function made(options: Partial<ProviderOptions> = {}): Promise<Provider> {
  const provider = createProvider({
    dir: join(dir, 'releases'),
    sign: ed25519Signer(KEYS.privateKey),
    ...options,
  })
  opened.push(provider)
  return provider
}

async function serve(provider: Provider): Promise<ProviderServer> {
  const server = await serveProvider(provider)
  opened.push(server)
  return server
}

async function served(
  options?: Partial<ProviderOptions>,
): Promise<{ provider: Provider; server: ProviderServer }> {
  const provider = await made(options)
  return { provider, server: await serve(provider) }
}

async function blobServed(): Promise<{ path: string; server: ProviderServer }> {
  const { provider, server } = await served()
  const { sha512 } = await provider.publish('pricing', file, { version: '1.0.0' })
  return { path: `/blobs/sha512/${sha512}`, server }
}

async function publishText(
  provider: Provider | undefined,
  version: string,
  options: object = {},
): ReturnType<Provider['publish']> {
  const source = join(dir, `${version}.txt`)
  await writeFile(source, `this is ${version}`)
  if (provider === undefined) throw new Error('no provider')
  return provider.publish('pricing', source, { version, ...options })
}

async function packageFolder(): Promise<string> {
  const folder = join(dir, 'package')
  await mkdir(join(folder, 'dist'), { recursive: true })
  await writeFile(join(folder, 'package.json'), '{"main":"dist/index.js"}')
  await writeFile(join(folder, 'dist', 'index.js'), 'module.exports = 1')
  await writeFile(join(folder, '@odd'), 'a name that tar takes for an archive')
  return folder
}

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

function ask(
  server: { readonly port: number },
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
  body?: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port: server.port, path, headers, method, agent },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        )
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

function poll(server: ProviderServer, etag: string, prefer = 'respond-async, wait=60'): Promise<Answer> {
  return ask(server, '/pricing/manifest', { 'if-none-match': etag, prefer })
}

function report(server: ProviderServer, client: string, body: string): Promise<Answer> {
  return ask(server, '/status', { 'hotload-client': client }, 'POST', body)
}

async function manifestAt(
  server: { readonly port: number },
  name = 'pricing',
  headers: Readonly<Record<string, string>> = {},
  now?: Date,
): Promise<Manifest> {
  return verified((await ask(server, `/${name}/manifest`, headers)).body, decodeURIComponent(name), now)
}

function verified(document: Uint8Array, name = 'pricing', now?: Date): Promise<Manifest> {
  return verifyManifest(document, {
    trust: [KEYS.publicKey],
    name,
    highWater: 0,
    ...(now !== undefined && { now }),
  })
}

function connected(server: ProviderServer): Socket {
  const socket = connect(server.port, '127.0.0.1')
  socket.on('error', () => undefined)
  sockets.push(socket)
  return socket
}

async function headOn(socket: Socket): Promise<string> {
  let text = ''
  while (!text.includes('\r\n\r\n')) {
    const [chunk] = (await once(socket, 'data')) as [Buffer]
    text += chunk.toString('latin1')
  }
  return text
}

async function refusal(code: ErrorCode, attempt: Promise<unknown>): Promise<void> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(HotloadError)
  expect((error as HotloadError).code).toBe(code)
}

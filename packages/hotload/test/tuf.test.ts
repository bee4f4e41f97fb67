import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { verifyManifest } from '../src/manifest/verify-manifest.ts'
import { httpSource } from '../src/source/http-source.ts'
import type { CheckResult } from '../src/source/source.ts'
import { tufVerifier } from '../src/tuf/tuf-verifier.ts'
import { TufRepository } from './tuf-repository.ts'
import { listen, memoryStore, published, reasonOf, request } from './wire-support.ts'

describe('a TUF repository says which manifest is taken', () => {
  let repository: TufRepository
  let server: { port: number } & AsyncDisposable
  let url: string
  /** What the provider answers for /pricing/manifest. */
  let document: Uint8Array

  beforeEach(async () => {
    repository = new TufRepository()
    const answer: RequestListener = (asked, response) => {
      if (asked.url?.startsWith('/metadata/') === true) repository.handler(asked, response)
      else response.writeHead(200, { 'content-length': document.length }).end(document)
    }
    server = await listen(createServer(answer))
    url = `http://127.0.0.1:${server.port}`
    document = await manifest(1)
    repository.publish({ 'pricing/manifest': document })
  })
  afterEach(() => server[Symbol.asyncDispose]())

  const verifier = (root = repository.root) => tufVerifier({ root, metadataUrl: `${url}/metadata` })

  /** As a client does: over a source, with what its store remembers. */
  async function check(store = memoryStore(), root = repository.root): Promise<CheckResult> {
    const source = httpSource(url, { trust: await verifier(root) })
    try {
      return await source.check(request({ store }))
    } finally {
      await source.close()
    }
  }

  it('takes the manifest that is a target of it, over the connections of the source', async () => {
    const source = httpSource(url, { trust: await verifier() })
    try {
      const result = await source.check(request())
      expect(result.kind === 'offered' && result.manifest.version).toBe('1.0.0')
      expect(source.counters.connections).toBeLessThanOrEqual(2)
      expect(source.counters.resets).toBe(0)
      expect(repository.asked).toEqual(['2.root.json', 'timestamp.json', 'snapshot.json', 'targets.json'])
    } finally {
      await source.close()
    }
  })

  it('takes it without a source too', async () => {
    const trust = await verifier()
    expect((await verifyManifest(document, { trust, name: 'pricing', highWater: 0 })).seq).toBe(1)
  })

  it('takes a target of another path where it is named', async () => {
    repository.publish({ 'hot/rules.json': document })
    const options = { root: repository.root, metadataUrl: `${url}/metadata/`, target: 'hot/rules.json' }
    const trust = await tufVerifier(options)
    expect((await verifyManifest(document, { trust, name: 'pricing', highWater: 0 })).seq).toBe(1)
  })

  it('refuses a timestamp past its date: a mirror that holds back what is new', async () => {
    repository.publish({ 'pricing/manifest': document }, { timestampExpires: '2020-01-01T00:00:00Z' })
    const result = await check()
    expect(refusal(result)).toBe('HOTLOAD_EXPIRED')
    expect(reasonOf(result)).toContain('timestamp.json is expired')
  })

  it('refuses an older timestamp than it saw, after a restart too', async () => {
    const store = memoryStore()
    const old = new Map(repository.files)
    repository.publish({ 'pricing/manifest': document })
    expect((await check(store)).kind).toBe('offered')
    for (const [name, bytes] of old) repository.files.set(name, bytes)
    const result = await check(store)
    expect(refusal(result)).toBe('HOTLOAD_REPLAY')
    expect(reasonOf(result)).toContain('New timestamp version 1 is less than current version 2')
  })

  it('refuses an older snapshot under a newer timestamp', async () => {
    const store = memoryStore()
    repository.publish({ 'pricing/manifest': document })
    expect((await check(store)).kind).toBe('offered')
    repository.publish({ 'pricing/manifest': document }, { snapshotVersion: 1 })
    const result = await check(store)
    expect(refusal(result)).toBe('HOTLOAD_REPLAY')
    expect(reasonOf(result)).toContain('New snapshot version 1 is less than current version 2')
  })

  it('refuses older targets under a newer snapshot', async () => {
    const store = memoryStore()
    repository.publish({ 'pricing/manifest': document })
    expect((await check(store)).kind).toBe('offered')
    repository.version = 0
    repository.publish({ 'pricing/manifest': document }, { snapshotVersion: 3 })
    const [targets, snapshot] = [repository.files.get('targets.json'), repository.files.get('snapshot.json')]
    repository.version = 2
    repository.publish({ 'pricing/manifest': document })
    repository.files.set('targets.json', targets ?? new Uint8Array())
    repository.files.set('snapshot.json', snapshot ?? new Uint8Array())
    const result = await check(store)
    expect(refusal(result)).toBe('HOTLOAD_REPLAY')
    expect(reasonOf(result)).toContain('New version 1 of targets.json is less than current version 2')
  })

  it('refuses a manifest with another hash, and one that is no target', async () => {
    document = await manifest(2)
    const changed = await check()
    expect(refusal(changed)).toBe('HOTLOAD_SIGNATURE')
    expect(reasonOf(changed)).toContain('names another "pricing/manifest"')
    repository.publish({ 'billing/manifest': document })
    expect(reasonOf(await check())).toContain('names no target "pricing/manifest"')
  })

  it('refuses metadata that another key signed, or that was changed', async () => {
    const { root } = repository
    const timestamp = Buffer.from(repository.files.get('timestamp.json') ?? []).toString()
    repository.files.set('timestamp.json', Buffer.from(timestamp.replace('2999', '2998')))
    expect(refusal(await check(memoryStore(), root))).toBe('HOTLOAD_SIGNATURE')
    repository = new TufRepository()
    repository.publish({ 'pricing/manifest': document })
    expect(refusal(await check(memoryStore(), root))).toBe('HOTLOAD_SIGNATURE')
  })

  it('follows a rotation of the root, and none can take it back', async () => {
    const store = memoryStore()
    const first = repository.root
    const old = new Map(repository.files)
    repository.rotate()
    repository.publish({ 'pricing/manifest': document })
    expect((await check(store, first)).kind).toBe('offered')
    // A mirror of the time before: its metadata is signed by keys that do not count any more.
    repository.files.clear()
    for (const [name, bytes] of old) repository.files.set(name, bytes)
    expect(refusal(await check(store, first))).toBe('HOTLOAD_SIGNATURE')
  })

  it('remembers a rotation also where what came after it was refused', async () => {
    const store = memoryStore()
    const first = repository.root
    const old = new Map(repository.files)
    repository.rotate()
    repository.publish({ 'pricing/manifest': document }, { timestampExpires: '2020-01-01T00:00:00Z' })
    expect(refusal(await check(store, first))).toBe('HOTLOAD_EXPIRED')
    repository.files.clear()
    for (const [name, bytes] of old) repository.files.set(name, bytes)
    expect(refusal(await check(store, first))).toBe('HOTLOAD_SIGNATURE')
  })

  it('refuses a root that the one before it did not sign', async () => {
    const { root } = repository
    repository.signRoot()
    expect((await check(memoryStore(), root)).kind).toBe('offered')
    const stranger = new TufRepository()
    stranger.rotate()
    repository.files.set('2.root.json', Buffer.from(stranger.root))
    expect(refusal(await check(memoryStore(), root))).toBe('HOTLOAD_SIGNATURE')
  })

  it('says which file is missing, and leaves nothing behind', async () => {
    repository.files.delete('snapshot.json')
    const result = await check()
    expect(refusal(result)).toBe('HOTLOAD_PROVIDER')
    expect(reasonOf(result)).toContain('/metadata/snapshot.json: answered 404; TUF metadata was wanted')
  })

  it('reads no more than metadata may have', async () => {
    repository.files.set('timestamp.json', Buffer.alloc(100_000, ' '))
    expect(reasonOf(await check())).toContain('longer than the 16384 bytes')
  })

  it('says at once where root is none', async () => {
    await expect(verifier('root.json')).rejects.toThrow(/the content of the file was wanted, not its name/)
  })
})

it('says what to install where tuf-js is not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hotload-without-tuf-'))
  try {
    const own = join(folder, 'node_modules', '@whyreset', 'hotload')
    mkdirSync(own, { recursive: true })
    const ours = fileURLToPath(new URL('../', import.meta.url))
    for (const part of ['dist', 'package.json'])
      cpSync(join(ours, part), join(own, part), { recursive: true })
    for (const name of ['semver', 'tar', 'undici']) {
      const places = ['node_modules', '../../node_modules'].map((place) => join(ours, place, name))
      symlinkSync(places.find(existsSync) ?? name, join(folder, 'node_modules', name))
    }
    const program = `import { tufVerifier } from '@whyreset/hotload'
      await tufVerifier({ root: '{}', metadataUrl: 'http://127.0.0.1' }).catch((error) => console.log(error.code, error.message))`
    const args = ['--input-type=module', '--eval', program]
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder })
    expect(stdout).toMatch(/^HOTLOAD_LIBRARY .*npm install tuf-js@5\n$/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

function refusal(result: CheckResult): string {
  return result.kind === 'failed' && 'code' in result.error ? String(result.error.code) : result.kind
}

async function manifest(seq: number): Promise<Uint8Array> {
  const { manifest: value } = await published(Buffer.from(`rules ${seq}`), { seq, version: `${seq}.0.0` })
  return Buffer.from(JSON.stringify(value))
}

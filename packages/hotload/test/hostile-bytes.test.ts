import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HotloadError } from '../src/errors.ts'
import { MANIFEST_TYPE, writeEnvelope } from '../src/manifest/envelope.ts'
import { generateKeys } from '../src/manifest/keys.ts'
import type { Manifest } from '../src/manifest/manifest.ts'
import { ed25519Signer, signValue } from '../src/manifest/signer.ts'
import { verifyManifest } from '../src/manifest/verify-manifest.ts'
import { parseRange } from '../src/provider/range.ts'
import type { OpenStore } from '../src/store/folder-store.ts'
import { openStore } from '../src/store/open-store.ts'
import { packageOf, tarOf, tgzOf, type MadePackage } from './packages.ts'

const KEYS = generateKeys()
const GOOD = tarOf([
  { path: 'package.json', content: '{"main":"index.js"}' },
  { path: 'index.js', content: 'x'.repeat(700) },
  { path: 'lib/', type: 'Directory' },
  { path: 'lib/a.js', content: 'y'.repeat(2000) },
])
/** Runs of a property that writes to the disk. */
const FEW = { numRuns: 80 }

let dir: string
let store: OpenStore
let names: readonly string[]

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hotload-hostile-'))
  store = await openStore(join(dir, 'store'))
  names = await readdir(join(dir, 'store'))
})

afterAll(async () => {
  await store.close()
  await rm(dir, { recursive: true, force: true })
})

describe('whatever the other side sends', () => {
  it('a document is a manifest or is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        await expect(verified(bytes)).rejects.toBeInstanceOf(HotloadError)
      }),
    )
  })

  it('a signed payload is a manifest that stays in its folder or is refused', async () => {
    const fields = [
      'name',
      'version',
      'seq',
      'expires',
      'size',
      'sha512',
      'format',
      'fileName',
      'entry',
      'rollout',
    ]
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.string(),
      fc.constantFrom('../x', '/etc', 'a/../..', 'C:\\x', '\u0000', '.', '..', ''),
    )
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...fields), odd), async (changes) => {
        const { manifest } = packageOf(Buffer.from('x'), { format: 'file', fileName: 'a.js' })
        const signed = await signValue(MANIFEST_TYPE, { ...manifest, ...changes }, [
          ed25519Signer(KEYS.privateKey),
        ])
        const outcome = await verified(writeEnvelope(signed)).catch((error: unknown) => error)
        if (outcome instanceof HotloadError) return
        const { fileName = '', entry = 'x', sha512, size } = outcome as Manifest
        expect(join('/store', fileName)).toMatch(/^\/store\/[^/]+|^\/store\/?$/)
        expect(join('/store', entry)).toMatch(/^\/store\/./)
        expect(sha512).toMatch(/^[0-9a-f]{128}$/)
        expect(Number.isSafeInteger(size)).toBe(true)
      }),
    )
  })

  it('an archive with changed bytes is unpacked inside or refused', async () => {
    const change = fc.tuple(fc.nat(GOOD.length - 1), fc.nat(255))
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const bytes = Buffer.from(GOOD)
        for (const [offset, value] of changes) bytes[offset] = value
        await staysInside(packageOf(gzipSync(bytes)))
      }),
      FEW,
    )
  })

  it('an archive of entries that no tool would write is unpacked inside or refused', async () => {
    const part = fc.constantFrom('a', 'b', '..', '.', '', 'c.js', '\\', 'é', '\u0000', 'x'.repeat(90))
    const entry = fc.record({
      path: fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/') || 'a'),
      type: fc.constantFrom(
        'File' as const,
        'Directory' as const,
        'SymbolicLink' as const,
        'Link' as const,
        'NextFileHasLongPath' as const,
        'ExtendedHeader' as const,
        'GlobalExtendedHeader' as const,
        'FIFO' as const,
      ),
      content: fc.constantFrom('', 'x', '../../evil\u0000', '19 path=../../evil\n', '13 size=99999\n'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 5 }), async (entries) => {
        const linked = entries.map((one) =>
          one.type === 'Link' || one.type === 'SymbolicLink'
            ? { ...one, content: '', linkpath: '/etc/passwd' }
            : one,
        )
        await staysInside(packageOf(tgzOf([{ path: 'index.js', content: '1' }, ...linked])))
      }),
      FEW,
    )
  })

  it('a gzip stream with changed bytes, or cut anywhere, is unpacked inside or refused', async () => {
    const whole = gzipSync(GOOD)
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length - 1),
        fc.nat(255),
        fc.nat(whole.length),
        async (at, value, end) => {
          const bytes = Buffer.from(whole.subarray(0, Math.max(1, end)))
          bytes[Math.min(at, bytes.length - 1)] = value
          await staysInside(packageOf(bytes))
        },
      ),
      FEW,
    )
  })

  it('a range is inside the file, or it is none', () => {
    const spec = fc.stringMatching(/^bytes=[0-9,\- ]{0,30}$/)
    fc.assert(
      fc.property(fc.oneof(spec, fc.string()), fc.nat(1000), (header, size) => {
        const range = parseRange(header, size)
        if (typeof range === 'string') return
        expect(range.first).toBeGreaterThanOrEqual(0)
        expect(range.last).toBeGreaterThanOrEqual(range.first)
        expect(range.last).toBeLessThan(size)
      }),
      { numRuns: 2000 },
    )
  })
})

function verified(document: Uint8Array): Promise<Manifest> {
  return verifyManifest(document, { trust: [KEYS.publicKey], name: 'pricing', highWater: 0 })
}

async function staysInside({ manifest, blob }: MadePackage): Promise<void> {
  const writer = await store.receive(manifest)
  await writer?.write(blob)
  await writer?.finish()
  const outcome = await store.stage(manifest).then(
    () => 'staged',
    (error: unknown) => error,
  )
  if (outcome !== 'staged') expect(outcome).toMatchObject({ code: 'HOTLOAD_ARCHIVE' })
  expect(await readdir(dir)).toEqual(['store'])
  expect(await readdir(join(dir, 'store'))).toEqual(names)
  expect(await readdir(join(dir, 'store', 'tmp'))).toEqual([])
  for (const entry of await readdir(join(dir, 'store', 'trees'), { recursive: true, withFileTypes: true }))
    expect(entry.isFile() || entry.isDirectory()).toBe(true)
}

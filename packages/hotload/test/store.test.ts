import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HotloadError, type ErrorCode } from '../src/errors.ts'
import type { Manifest } from '../src/manifest/manifest.ts'
import type { OpenStore, StoreOptions } from '../src/store/folder-store.ts'
import { openStore } from '../src/store/open-store.ts'
import { readState } from '../src/store/state-file.ts'
import { packageOf, sha512Of, tarOf, tgzOf, type Entry, type MadePackage } from './packages.ts'

let dir: string
const stores: OpenStore[] = []

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hotload-store-'))
})

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close()
  await rm(dir, { recursive: true, force: true })
})

describe('a place that can hold no store', () => {
  it.skipIf(process.platform !== 'linux')('is told, and waited for by nobody (/proc)', async () => {
    await refusal('HOTLOAD_DISK', openStore('/proc/hotload/store'))
    await expect(openStore('/proc/hotload')).rejects.toThrow(/^\/proc\/hotload.*no folder can be made there/)
  })

  it('a file in its place, or above it, too', async () => {
    await writeFile(join(dir, 'file'), 'x')
    await refusal('HOTLOAD_DISK', openStore(join(dir, 'file')))
    await refusal('HOTLOAD_DISK', openStore(join(dir, 'file', 'store')))
  })
})

describe('a store', () => {
  it('is made beside others whose folders above are missing too', async () => {
    for (let round = 0; round < 20; round++) {
      const above = join(dir, String(round), 'a', 'b', 'c')
      const opening = Array.from({ length: 8 }, (_, index) => openStore(join(above, String(index))))
      stores.push(...(await Promise.all(opening)))
    }
  })

  it('unpacks a package, and gives it again at once and after a restart', async () => {
    const { manifest, blob } = simple()
    const store = await opened()
    await put(store, { manifest, blob })
    const staged = await store.stage(manifest)
    expect(staged.entryPath).toBe(join(dir, 'trees', manifest.sha512, 'dist', 'index.js'))
    expect(await readFile(staged.entryPath, 'utf8')).toBe('module.exports = 1')
    await store.update((state) => ({ ...state, current: manifest, highWater: 1 }))
    const again = await reopened(store)
    expect(again.state).toMatchObject({ current: manifest, highWater: 1 })
    expect(again.repairs).toEqual([])
    expect(await again.stage(manifest)).toEqual(staged)
  })

  it('keeps one file under its name', async () => {
    const { manifest, blob } = packageOf(randomBytes(300_000), { format: 'file', fileName: 'rules.jar' })
    const store = await opened()
    await put(store, { manifest, blob })
    const { entryPath } = await store.stage(manifest)
    expect(entryPath).toBe(join(dir, 'trees', manifest.sha512, 'rules.jar'))
    expect(await readFile(entryPath)).toEqual(blob)
  })

  it('finds the module as Node does where no entry is named', async () => {
    const store = await opened()
    const npm = packageOf(
      tgzOf([
        { path: 'package/package.json', content: '{"exports":{".":{"import":"./lib/a.mjs"}}}' },
        { path: 'package/lib/a.mjs', content: '' },
      ]),
    )
    await put(store, npm)
    expect((await store.stage(npm.manifest)).entryPath).toMatch(/package\/lib\/a\.mjs$/)
  })

  it('has a client id that stays', async () => {
    const store = await opened()
    expect(store.clientId).toMatch(/^[0-9a-f-]{36}$/)
    expect((await reopened(store)).clientId).toBe(store.clientId)
  })

  it('goes on with a partial blob after a restart', async () => {
    const { manifest, blob } = packageOf(randomBytes(200_000))
    const store = await opened()
    const writer = await store.receive(manifest)
    await writer?.write(blob.subarray(0, 120_000))
    await writer?.suspend()
    const again = await reopened(store)
    const resumed = await again.receive(manifest)
    expect(resumed?.offset).toBe(120_000)
    await resumed?.write(blob.subarray(120_000))
    expect(await resumed?.finish()).toEqual({ sha512: manifest.sha512, size: blob.length })
    expect(await again.receive(manifest)).toBeUndefined()
  })

  it('begins a partial blob anew where the provider has another one', async () => {
    const { manifest, blob } = packageOf(randomBytes(1000))
    const writer = await (await opened()).receive(manifest)
    await writer?.write(randomBytes(900))
    await writer?.restart()
    expect(writer?.offset).toBe(0)
    await writer?.write(blob)
    expect(await writer?.finish()).toMatchObject({ sha512: manifest.sha512 })
  })

  it('takes a blob of which only a limit is known', async () => {
    const store = await opened()
    const writer = await store.receiveUnknown(1000)
    await writer.write(Buffer.from('some jar'))
    expect(await writer.finish()).toEqual({ sha512: sha512Of(Buffer.from('some jar')), size: 8 })
    const other = await store.receiveUnknown(1000)
    await refusal('HOTLOAD_TOO_LARGE', other.write(Buffer.alloc(1001)))
  })

  it('does changes in their order, each on top of the one before', async () => {
    const store = await opened()
    await Promise.all(
      Array.from({ length: 20 }, () =>
        store.update((state) => ({ ...state, highWater: state.highWater + 1 })),
      ),
    )
    expect((await readState(dir)).state.highWater).toBe(20)
  })

  it('takes nothing more once it is closed', async () => {
    const store = await opened()
    await store.close()
    await refusal(
      'HOTLOAD_CLOSED',
      store.update((state) => state),
    )
  })
})

describe('P1: what is wrong is not taken', () => {
  it('a blob whose bytes are not those of its digest', async () => {
    const { manifest, blob } = packageOf(randomBytes(5000))
    const store = await opened()
    const writer = await store.receive(manifest)
    await writer?.write(flipped(blob, 2500))
    await refusal('HOTLOAD_DIGEST', writer?.finish())
    expect((await store.receive(manifest))?.offset).toBe(0)
  })

  it('a blob that was cut short', async () => {
    const { manifest, blob } = packageOf(randomBytes(5000))
    const writer = await (await opened()).receive(manifest)
    await writer?.write(blob.subarray(0, 4999))
    await refusal('HOTLOAD_DIGEST', writer?.finish())
  })

  it('a blob that goes on after its size', async () => {
    const { manifest, blob } = packageOf(randomBytes(5000))
    const writer = await (await opened()).receive(manifest)
    await writer?.write(blob)
    await refusal('HOTLOAD_TOO_LARGE', writer?.write(Buffer.of(0)))
  })

  it('a package that was never received', async () => {
    await refusal('HOTLOAD_DIGEST', (await opened()).stage(simple().manifest))
  })

  const hostile: readonly (readonly [string, readonly Entry[]])[] = [
    ['a path with ..', [{ path: 'dist/../../evil.js', content: 'x' }]],
    ['an absolute path', [{ path: '/etc/evil', content: 'x' }]],
    ['a path with a backslash', [{ path: '..\\evil.js', content: 'x' }]],
    ['a symbolic link', [{ path: 'link', type: 'SymbolicLink', linkpath: '/etc/passwd' }]],
    ['a hard link', [{ path: 'link', type: 'Link', linkpath: 'index.js' }]],
    [
      'a file through a symbolic link',
      [
        { path: 'a', type: 'SymbolicLink', linkpath: '/tmp' },
        { path: 'a/evil', content: 'x' },
      ],
    ],
    ['a device', [{ path: 'null', type: 'CharacterDevice' }]],
    ['a pipe', [{ path: 'pipe', type: 'FIFO' }]],
    [
      'one name twice',
      [
        { path: 'a.js', content: '1' },
        { path: 'a.js', content: '2' },
      ],
    ],
    [
      'a folder in the place of a file',
      [
        { path: 'a', content: '1' },
        { path: 'a/b', content: '2' },
      ],
    ],
    [
      'a long name that leads out',
      [longName(`${'a/'.repeat(80)}../../${'../'.repeat(90)}evil`), { path: 'x', content: '1' }],
    ],
    ['a name with a control character', [{ path: 'a\u001b[2Jb', content: '1' }]],
  ]
  it.each(hostile)('an archive with %s', async (_, entries) => {
    await refusesArchive(tgzOf([{ path: 'index.js', content: '1' }, ...entries]))
  })

  it('an archive that unpacks to far more than its size', async () => {
    await refusesArchive(tgzOf([{ path: 'index.js', content: Buffer.alloc(64 * 1024 ** 2) }]))
  })

  it('an archive with too many entries', async () => {
    const entries = Array.from({ length: 201 }, (_, index) => ({ path: `f${index}`, content: '' }))
    await refusesArchive(tgzOf(entries), { maxEntries: 200 })
  })

  it('an archive that ends inside a file, or inside its gzip stream', async () => {
    const whole = tarOf([{ path: 'index.js', content: randomBytes(4000) }])
    await refusesArchive(gzipSync(whole.subarray(0, 3000)))
    await refusesArchive(gzipSync(whole).subarray(0, 2000))
  })

  it('an archive with something behind its end', async () => {
    const whole = tarOf([{ path: 'index.js', content: '1' }])
    await refusesArchive(gzipSync(Buffer.concat([whole, Buffer.alloc(9000), randomBytes(100_000)])))
  })

  it('and says by which option more of what it holds would be taken', async () => {
    const zeros = tgzOf([{ path: 'zeros', content: Buffer.alloc(20 * 1024 ** 2) }])
    for (const [options, name] of [
      [{}, 'maxRatio'],
      [{ maxUnpackedBytes: 1_000_000 }, 'maxUnpackedBytes'],
      [{ maxEntries: 0 }, 'maxEntries'],
    ] as const) {
      const { manifest } = packageOf(zeros)
      const store = await opened(options)
      await put(store, { manifest, blob: zeros })
      await expect(store.stage(manifest)).rejects.toThrow(`raise ${name} of openStore() if that is meant`)
      await store.close()
    }
  })

  it('bytes that are no archive', async () => {
    await refusesArchive(randomBytes(3000))
    await refusesArchive(gzipSync(randomBytes(3000)))
  })

  it('an entry that the archive does not have', async () => {
    const { blob } = simple()
    const { manifest } = packageOf(blob, { entry: 'dist/other.js' })
    const store = await opened()
    await put(store, { manifest, blob })
    await refusal('HOTLOAD_ARCHIVE', store.stage(manifest))
    expect(await readdir(join(dir, 'trees'))).toEqual([])
  })

  it('takes long names, as tar and npm write them', async () => {
    const long = `${'folder-with-a-name/'.repeat(12)}index.js`
    const { manifest, blob } = packageOf(tgzOf([longName(long), { path: 'cut', content: 'ok' }]), {
      entry: long,
    })
    const store = await opened()
    await put(store, { manifest, blob })
    expect(await readFile((await store.stage(manifest)).entryPath, 'utf8')).toBe('ok')
  })
})

describe('P1: damage on disk is found before it is used', () => {
  it('a bit that flipped in a blob', async () => {
    const made = simple()
    const store = await opened()
    await put(store, made)
    await flipOnDisk(join(dir, 'blobs', 'sha512', made.manifest.sha512), 100)
    await refusal('HOTLOAD_DIGEST', store.stage(made.manifest))
    // It is asked for again, and then it is right.
    await put(store, made)
    await store.stage(made.manifest)
  })

  it('a bit that flipped in the unpacked tree: it is unpacked again', async () => {
    const made = simple()
    const store = await opened()
    await put(store, made)
    const { entryPath } = await store.stage(made.manifest)
    await flipOnDisk(entryPath, 3)
    await store.stage(made.manifest)
    expect(await readFile(entryPath, 'utf8')).toBe('module.exports = 1')
  })

  it('a file that was added to the tree, shortened or taken away', async () => {
    const made = simple()
    const store = await opened()
    await put(store, made)
    const { folder, entryPath } = await store.stage(made.manifest)
    await writeFile(join(folder, 'evil.js'), '')
    await store.stage(made.manifest)
    expect(existsSync(join(folder, 'evil.js'))).toBe(false)
    await truncate(entryPath, 3)
    await store.stage(made.manifest)
    await rm(entryPath)
    await store.stage(made.manifest)
    expect(await readFile(entryPath, 'utf8')).toBe('module.exports = 1')
  })

  it('a current version that is damaged: the one before it is used, and the validator is forgotten', async () => {
    const [old, now] = [simple(), simple({ version: '2.0.0', seq: 2 }, 'module.exports = 2')]
    const store = await opened()
    for (const made of [old, now]) {
      await put(store, made)
      await store.stage(made.manifest)
    }
    await store.update((state) => ({
      ...state,
      current: now.manifest,
      previous: old.manifest,
      highWater: 2,
      etag: '"2"',
    }))
    await store.close()
    await flipOnDisk(join(dir, 'blobs', 'sha512', now.manifest.sha512), 20)
    const again = await opened()
    expect(again.state).toMatchObject({ current: old.manifest, highWater: 2 })
    expect(again.state.etag).toBeUndefined()
    expect(again.repairs.join()).toMatch(/2\.0\.0 is damaged in the store: 1\.0\.0 is used/)
    await again.stage(old.manifest)
  })

  it('a bit that flipped in state.json, wherever it is: the state before it is used', async () => {
    const store = await opened()
    await store.update((state) => ({ ...state, highWater: 41 }))
    await store.update((state) => ({ ...state, highWater: 42 }))
    await store.close()
    const path = join(dir, 'state.json')
    const whole = await readFile(path)
    for (let offset = 0; offset < whole.length; offset++) {
      await writeFile(path, flipped(whole, offset))
      const { state, damage } = await readState(dir)
      // Blanks between the fields mean nothing.
      if (damage === undefined) expect(state.highWater).toBe(42)
      else expect(state.highWater).toBe(41)
    }
    await writeFile(path, flipped(whole, 10))
    const again = await opened()
    expect(again.repairs).toEqual(['state.json is damaged: the state before it is used'])
    expect((await reopened(again)).repairs).toEqual([])
  })

  it('a state that is there and cannot be read is told, not taken for none: a replay would pass', async () => {
    const store = await opened()
    await store.update((state) => ({ ...state, highWater: 41 }))
    await store.close()
    await rm(join(dir, 'state.json'))
    await mkdir(join(dir, 'state.json'))
    await refusal('HOTLOAD_DISK', openStore(dir))
  })

  it('what a killed process left in tmp is swept', async () => {
    const store = await opened()
    await store.close()
    await mkdir(join(dir, 'tmp', 'half', 'tree'), { recursive: true })
    await opened()
    expect(await readdir(join(dir, 'tmp'))).toEqual([])
  })
})

describe('a hostile provider cannot fill the disk', () => {
  it('with one blob', async () => {
    const store = await opened({ maxBytes: 100_000 })
    await refusal('HOTLOAD_TOO_LARGE', store.receive({ sha512: 'ab'.repeat(64), size: 100_001 }))
    const unknown = await store.receiveUnknown(1_000_000)
    await unknown.write(Buffer.alloc(60_000))
    await refusal('HOTLOAD_TOO_LARGE', unknown.write(Buffer.alloc(60_000)))
    expect(await readdir(join(dir, 'tmp'))).toEqual([])
  })

  it('with an archive of empty files', async () => {
    const entries = Array.from({ length: 300 }, (_, index) => ({ path: `f${index}`, content: '' }))
    const made = packageOf(tgzOf(entries))
    const store = await opened({ maxBytes: 1_000_000 })
    await put(store, made)
    await refusal('HOTLOAD_TOO_LARGE', store.stage(made.manifest))
    expect(await readdir(join(dir, 'tmp'))).toEqual([])
    expect(store.usedBytes).toBeLessThan(10_000)
  })

  it('with one version after the other: the oldest that no state names go first', async () => {
    const store = await opened({ maxBytes: 200_000 })
    const versions = Array.from({ length: 12 }, (_, index) =>
      packageOf(tgzOf([{ path: 'index.js', content: randomBytes(20_000) }]), { seq: index + 1 }),
    )
    const [first, ...rest] = versions
    if (first === undefined) throw new Error('no versions')
    await put(store, first)
    await store.stage(first.manifest)
    await store.update((state) => ({ ...state, current: first.manifest }))
    for (const made of rest) {
      await put(store, made)
      await store.stage(made.manifest)
      expect(store.usedBytes).toBeLessThan(200_000)
    }
    expect(await store.receive(first.manifest)).toBeUndefined()
    expect((await readdir(join(dir, 'trees'))).length).toBeLessThan(6)
  })

  it('with partial blobs', async () => {
    const store = await opened({ maxBytes: 100_000 })
    for (let index = 0; index < 8; index++) {
      const { manifest, blob } = packageOf(randomBytes(40_000))
      const writer = await store.receive(manifest)
      await writer?.write(blob.subarray(0, 39_999))
      await writer?.suspend()
    }
    expect(store.usedBytes).toBeLessThanOrEqual(100_000)
    expect((await readdir(join(dir, 'partial'))).length).toBeLessThanOrEqual(2)
  })
})

function simple(fields: Partial<Manifest> = {}, code = 'module.exports = 1'): MadePackage {
  const entries: Entry[] = [
    { path: './', type: 'Directory' },
    { path: './package.json', content: '{"main":"./dist/index.js"}' },
    { path: './dist/index.js', content: code },
    { path: './dist/run.sh', content: '#!/bin/sh\n', mode: 0o755 },
  ]
  return packageOf(tgzOf(entries), fields)
}

/** What GNU tar writes before an entry whose name does not fit. */
function longName(name: string): Entry {
  return { path: '././@LongLink', type: 'NextFileHasLongPath', content: `${name}\0` }
}

async function opened(options?: StoreOptions): Promise<OpenStore> {
  const store = await openStore(dir, options)
  stores.push(store)
  return store
}

async function reopened(store: OpenStore): Promise<OpenStore> {
  await store.close()
  return opened()
}

async function put(store: OpenStore, { manifest, blob }: MadePackage): Promise<void> {
  const writer = await store.receive(manifest)
  for (let at = 0; at < blob.length; at += 65_536) await writer?.write(blob.subarray(at, at + 65_536))
  await writer?.finish()
}

async function refusesArchive(blob: Buffer, options?: StoreOptions): Promise<void> {
  const { manifest } = packageOf(blob)
  const store = await opened(options)
  await put(store, { manifest, blob })
  const before = await readdir(tmpdir())
  await refusal('HOTLOAD_ARCHIVE', store.stage(manifest))
  expect(await readdir(join(dir, 'trees'))).toEqual([])
  expect(await readdir(join(dir, 'tmp'))).toEqual([])
  expect((await readdir(tmpdir())).filter((name) => name.includes('evil') && !before.includes(name))).toEqual(
    [],
  )
  await store.close()
}

function flipped(bytes: Buffer, offset: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[offset] = (copy[offset] ?? 0) ^ 1
  return copy
}

async function flipOnDisk(path: string, offset: number): Promise<void> {
  await writeFile(`${path}.flipped`, flipped(await readFile(path), offset))
  const { mode } = await stat(path)
  await rm(path)
  await writeFile(path, await readFile(`${path}.flipped`), { mode })
  await rm(`${path}.flipped`)
  const handle = await open(path, 'r')
  await handle.close()
}

async function refusal(code: ErrorCode, attempt: Promise<unknown> | undefined): Promise<void> {
  const error = await attempt?.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(HotloadError)
  expect((error as HotloadError).code).toBe(code)
}

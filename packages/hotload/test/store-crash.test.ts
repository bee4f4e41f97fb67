import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../src/store/open-store.ts'
import { packageOf, sha512Of, tgzOf, type MadePackage } from './packages.ts'
import { buildStoreChild, run, type Ended } from './store-child-program.ts'

const SEED = 20_261_122
/** A hundred processes one after the other, on a machine that does much else. */
const BUSY_MS = 900_000
/** More operations than an update has: a child that gets there is done. */
const MOST_OPERATIONS = 400

let scratch: string
let template: string
let program: string
let blobPath: string
let manifestPath: string
const old = version('1.0.0', 1)
const next = version('2.0.0', 2)

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'hotload-crash-'))
  template = join(scratch, 'template')
  blobPath = join(scratch, 'next.tgz')
  manifestPath = join(scratch, 'next.json')
  await writeFile(blobPath, next.blob)
  await writeFile(manifestPath, JSON.stringify(next.manifest))
  program = await buildStoreChild(scratch)
  const store = await openStore(template)
  await put(store, old)
  await store.stage(old.manifest)
  await store.update((state) => ({ ...state, current: old.manifest, highWater: 1, etag: '"1"' }))
  await store.close()
})

afterAll(async () => {
  await rm(scratch, { recursive: true, force: true })
})

describe('P1: never a half-written package active', () => {
  it(
    'when the process is killed at any operation on the disk, in the middle of a write too',
    async () => {
      const outcomes = new Map<string, number>()
      let killedAt = 0
      for (;;) {
        const dir = join(scratch, `kill-${killedAt}`)
        await cp(template, dir, { recursive: true })
        const child = await childIn('kill', dir, String(killedAt + 1))
        if (child.signal === null) {
          expect(child).toMatchObject({ code: 0, stderr: '' })
          await rm(dir, { recursive: true })
          break
        }
        killedAt++
        expect(child.signal).toBe('SIGKILL')
        const active = await whatIsActive(dir)
        outcomes.set(active, (outcomes.get(active) ?? 0) + 1)
        expect(await allThatIsNamedIsWhole(dir)).toBe(true)
        await rm(dir, { recursive: true })
        expect(killedAt).toBeLessThan(MOST_OPERATIONS)
      }
      // Both were seen: it was killed before the switch and after it.
      expect([...outcomes.keys()].toSorted()).toEqual(['1.0.0', '2.0.0'])
      expect(killedAt).toBeGreaterThan(40)
    },
    BUSY_MS,
  )

  it(
    'when any operation fails with an error of the disk: it is told, the old version stays, the next try works',
    async () => {
      const dir = join(scratch, 'eio')
      await mkdir(dir)
      const child = await childIn('eio', dir, template)
      expect(child).toMatchObject({ code: 0, stderr: '' })
      const results = child.stdout.trimEnd().split('\n')
      expect(results.length).toBeGreaterThan(30)
      for (const [index, line] of results.entries()) {
        const { outcome, isStillThere } = JSON.parse(line)
        // What is only a help, such as the backup of the state, may fail without a word; all else is told.
        expect(['HOTLOAD_DISK', 'done']).toContain(outcome)
        expect(isStillThere).toBe(true)
        const copy = join(dir, String(index + 1))
        expect(await whatIsActive(copy)).toBe('2.0.0')
        expect(await allThatIsNamedIsWhole(copy)).toBe(true)
      }
      expect(results.filter((line) => line.includes('HOTLOAD_DISK')).length).toBeGreaterThan(
        results.length * 0.8,
      )
    },
    BUSY_MS,
  )

  it('since nothing gets its name before it is synced, and its folder after', async () => {
    const dir = join(scratch, 'trace')
    await cp(template, dir, { recursive: true })
    const trace = JSON.parse((await childIn('trace', dir, '')).stdout) as {
      name: string
      path: string
      to?: string
    }[]
    const named = trace.flatMap((operation, index) =>
      operation.name === 'rename' && operation.to !== undefined && dirname(operation.to) !== join(dir, 'tmp')
        ? [{ from: operation.path, to: operation.to, index }]
        : [],
    )
    expect(named.map(({ to }) => to)).toEqual(
      expect.arrayContaining([
        join(dir, 'state.json'),
        join(dir, 'blobs', 'sha512', next.manifest.sha512),
        join(dir, 'trees', next.manifest.sha512),
      ]),
    )
    for (const { from, to, index } of named) {
      const before = trace.slice(0, index)
      const made = before.filter(
        ({ name, path }) => name !== 'rm' && (path === from || path.startsWith(`${from}/`)),
      )
      for (const path of new Set(made.map((operation) => operation.path))) {
        const last = made.findLast((operation) => operation.path === path)
        expect([path, last?.name]).toEqual([path, 'sync'])
      }
      expect(trace.slice(index).some(({ name, path }) => name === 'sync' && path === dirname(to))).toBe(true)
    }
  })
})

const canMount = await onSmallDisk(() => Promise.resolve()).then(
  () => true,
  () => false,
)

describe('P1: a full disk', () => {
  it.skipIf(!canMount)(
    `is told, and what came is deleted so that it is not full any more${canMount ? '' : ' (skipped: only root may mount a small file system)'}`,
    () =>
      onSmallDisk(async (folder) => {
        const store = await openStore(join(folder, 'store'))
        try {
          await put(store, old)
          await store.stage(old.manifest)
          await store.update((state) => ({ ...state, current: old.manifest }))
          const large = packageOf(randomBytes(4_000_000), { format: 'file', fileName: 'x', version: '3.0.0' })
          const attempt = put(store, large)
          await expect(attempt).rejects.toMatchObject({ code: 'HOTLOAD_DISK' })
          await expect(attempt).rejects.toThrow(/ENOSPC: the disk is full/)
          expect(await readdir(join(folder, 'store', 'partial'))).toEqual([])
          // Unpacking meets the end of the disk as well: the blob fits, the tree beside it does not.
          const tight = packageOf(
            tgzOf([{ path: 'index.js', content: Buffer.alloc(3_000_000, 'const a = 1\n') }]),
          )
          await put(store, tight)
          await expect(store.stage(tight.manifest)).rejects.toMatchObject({ code: 'HOTLOAD_DISK' })
          expect(await readdir(join(folder, 'store', 'tmp'))).toEqual([])
          // The state itself.
          await writeFile(join(folder, 'ballast'), Buffer.alloc(8_000_000)).catch(() => undefined)
          await expect(
            store.update((state) => ({ ...state, highWater: 9, etag: 'x'.repeat(9000) })),
          ).rejects.toMatchObject({
            code: 'HOTLOAD_DISK',
          })
          expect(store.state.highWater).toBe(0)
          await rm(join(folder, 'ballast'))
          await store.update((state) => ({ ...state, highWater: 9 }))
          await store.stage(old.manifest)
        } finally {
          await store.close()
        }
      }),
  )

  it.skipIf(process.getuid?.() !== 0)(
    'a version that found no room to be unpacked does not keep the next one out (needs root, for a small file system)',
    () =>
      onSmallDisk(async (folder) => {
        const store = await openStore(join(folder, 'store'))
        try {
          const code = randomBytes(1_900_000)
          const large = packageOf(tgzOf([{ path: 'index.js', content: code }]), { version: '3.0.0', seq: 3 })
          const small = packageOf(tgzOf([{ path: 'index.js', content: randomBytes(1_400_000) }]), { seq: 4 })
          const pending = (manifest: MadePackage['manifest']) =>
            store.update((state) => ({ ...state, pending: { manifest, phase: 'offered', crashes: 0 } }))
          await pending(large.manifest)
          await put(store, large)
          await expect(store.stage(large.manifest)).rejects.toMatchObject({ code: 'HOTLOAD_DISK' })
          await pending(small.manifest)
          // It meets the disk that is full, and the next try finds it cleared.
          await expect(put(store, small)).rejects.toMatchObject({ code: 'HOTLOAD_DISK' })
          await put(store, small)
          await store.stage(small.manifest)
        } finally {
          await store.close()
        }
      }),
  )
})

describe('P1: a file system inside the store', () => {
  it.skipIf(!canMount)(
    `is told, and nothing becomes active by halves${canMount ? '' : ' (skipped: only root may mount one)'}`,
    async () => {
      const dir = join(scratch, 'exdev')
      await cp(template, dir, { recursive: true })
      for (const part of ['partial', 'tmp']) {
        const store = await openStore(dir)
        try {
          await mounted(join(dir, part), async () => {
            await expect(updated(store)).rejects.toMatchObject({
              code: 'HOTLOAD_DISK',
              message: expect.stringContaining(
                'EXDEV: another file system is mounted inside the store',
              ) as string,
            })
            expect(store.state).toMatchObject({ current: { version: '1.0.0' }, highWater: 1 })
            expect(await allThatIsNamedIsWhole(dir)).toBe(true)
          })
        } finally {
          await store.close()
        }
        expect(await whatIsActive(dir)).toBe('1.0.0')
      }
    },
  )
})

/** Far enough for each rename that an update does. */
async function updated(store: Awaited<ReturnType<typeof openStore>>): Promise<void> {
  await put(store, next)
  await store.stage(next.manifest)
  await store.update((state) => ({ ...state, highWater: 2 }))
}

function version(text: string, seq: number): MadePackage {
  const entries = [
    { path: 'index.js', content: `module.exports = '${text}'\n` },
    { path: 'lib/data.bin', content: randomBytes(90_000) },
    { path: 'lib/deep/more.js', content: '// more\n' },
  ]
  return packageOf(tgzOf(entries), { version: text, seq })
}

function childIn(mode: string, dir: string, at: string): Promise<Ended> {
  return run(program, [mode, dir, at, String(SEED), blobPath, manifestPath])
}

/** The version that a process would load after this, proven by its code; and the next one can be installed from there. */
async function whatIsActive(dir: string): Promise<string> {
  const store = await openStore(dir)
  try {
    const { current, highWater } = store.state
    if (current === undefined) throw new Error('nothing is active')
    expect(highWater).toBeGreaterThanOrEqual(current.seq)
    const { entryPath } = await store.stage(current)
    expect(await readFile(entryPath, 'utf8')).toBe(`module.exports = '${current.version}'\n`)
    expect(await readdir(join(dir, 'tmp'))).toEqual([])
    await put(store, next)
    await store.stage(next.manifest)
    await store.stage(old.manifest)
    return current.version
  } finally {
    await store.close()
  }
}

async function allThatIsNamedIsWhole(dir: string): Promise<boolean> {
  for (const name of await readdir(join(dir, 'blobs', 'sha512')))
    if (sha512Of(await readFile(join(dir, 'blobs', 'sha512', name))) !== name) return false
  for (const name of await readdir(join(dir, 'trees'))) {
    const files = await readdir(join(dir, 'trees', name), { recursive: true })
    if (files.toSorted().join() !== 'index.js,lib,lib/data.bin,lib/deep,lib/deep/more.js') return false
  }
  return true
}

async function put(
  store: Awaited<ReturnType<typeof openStore>>,
  { manifest, blob }: MadePackage,
): Promise<void> {
  const writer = await store.receive(manifest)
  for (let at = writer?.offset ?? 0; at < blob.length; at += 65_536)
    await writer?.write(blob.subarray(at, at + 65_536))
  await writer?.finish()
}

/** In a file system of 3 MiB, where this user may mount one. */
async function onSmallDisk(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'hotload-small-'))
  try {
    await mounted(folder, () => work(folder))
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function mounted(folder: string, work: () => Promise<void>): Promise<void> {
  const execute = promisify(execFile)
  await execute('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'hotload-test', folder])
  try {
    await work()
  } finally {
    await execute('umount', [folder])
  }
}

import { writeSync } from 'node:fs'
import promises, { readFile, type FileHandle } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import type { Manifest } from '../src/manifest/manifest.ts'
import type { OpenStore } from '../src/store/folder-store.ts'

/**
 * A process that uses a store, started by store-crash.test.ts and store-lock.test.ts: `MODE DIR AT SEED BLOB MANIFEST`.
 * `kill` ends it with SIGKILL at the operation of number AT, in the middle of it where it writes; `eio` lets each operation
 * fail in its turn, in copies of the store AT; `trace` prints all of them; `hold` keeps the store open until its input ends.
 */
const [mode = '', dir = '', at = '', seed = '', blobPath = '', manifestPath = ''] = process.argv.slice(2)

interface Operation {
  readonly name: string
  readonly path: string
  readonly to?: string
}

let trace: Operation[] = []
const paths = new WeakMap<FileHandle, string>()
/** Number of the operation that goes wrong. */
let wrongAt: number | undefined

function meet(operation: Operation, handle?: FileHandle, bytes?: Uint8Array, position?: number): void {
  trace.push(operation)
  if (trace.length !== wrongAt) return
  wrongAt = undefined
  if (mode === 'eio') throw Object.assign(new Error('EIO: i/o error, injected'), { code: 'EIO' })
  if (handle !== undefined && bytes !== undefined)
    writeSync(handle.fd, bytes, 0, (Number(seed) * trace.length) % (bytes.byteLength + 1), position ?? null)
  process.kill(process.pid, 'SIGKILL')
}

// These come from Node, so the functions that are replaced are those that the store calls, whoever imported them.
const { open, mkdir, rename, rm, link } = promises
const first = await open(blobPath, 'r')
const prototype: FileHandle = Object.getPrototypeOf(first)
await first.close()
// eslint-disable-next-line typescript/unbound-method -- applied to their handle below
const { write, writeFile, sync, truncate } = prototype

Object.assign(promises, {
  async open(...args: Parameters<typeof open>) {
    if (args[1] !== 'r') meet({ name: 'open', path: String(args[0]) })
    const handle = await open(...args)
    paths.set(handle, String(args[0]))
    return handle
  },
  async mkdir(...args: Parameters<typeof mkdir>) {
    meet({ name: 'mkdir', path: String(args[0]) })
    return mkdir(...args)
  },
  async rename(...args: Parameters<typeof rename>) {
    meet({ name: 'rename', path: String(args[0]), to: String(args[1]) })
    return rename(...args)
  },
  async rm(...args: Parameters<typeof rm>) {
    meet({ name: 'rm', path: String(args[0]) })
    return rm(...args)
  },
  async link(...args: Parameters<typeof link>) {
    meet({ name: 'link', path: String(args[0]), to: String(args[1]) })
    return link(...args)
  },
})
Object.assign(prototype, {
  async write(this: FileHandle, bytes: Uint8Array, offset: number, length: number, position: number) {
    meet({ name: 'write', path: pathOf(this) }, this, bytes.subarray(offset, offset + length), position)
    return Reflect.apply(write, this, [bytes, offset, length, position])
  },
  async writeFile(this: FileHandle, bytes: Uint8Array | string) {
    meet({ name: 'write', path: pathOf(this) }, this, Buffer.from(bytes))
    return Reflect.apply(writeFile, this, [bytes])
  },
  async sync(this: FileHandle) {
    meet({ name: 'sync', path: pathOf(this) })
    return Reflect.apply(sync, this, [])
  },
  async truncate(this: FileHandle, length: number) {
    meet({ name: 'truncate', path: pathOf(this) })
    return Reflect.apply(truncate, this, [length])
  },
})
syncBuiltinESMExports()

function pathOf(handle: FileHandle): string {
  return paths.get(handle) ?? ''
}

const { openStore } = await import('../src/store/open-store.ts')
const { HotloadError } = await import('../src/errors.ts')

if (mode === 'hold') await hold()
else if (mode === 'eio') await failEach()
else {
  if (mode === 'kill') wrongAt = Number(at)
  await update(await openStore(dir))
  process.stdout.write(JSON.stringify(trace))
}

async function hold(): Promise<void> {
  const store = await openStore(dir)
  process.stdout.write('open\n')
  for await (const _ of process.stdin);
  await store.close()
}

/** One line for each operation that failed: what the user was told, and whether the current version was still there. */
async function failEach(): Promise<void> {
  for (let failing = 1; ; failing++) {
    const copy = `${dir}/${failing}`
    await promises.cp(at, copy, { recursive: true })
    const store = await openStore(copy)
    trace = []
    wrongAt = failing
    const outcome = await update(store).then(
      () => 'done',
      (error: unknown) => (error instanceof HotloadError ? error.code : String(error)),
    )
    const wasReached = wrongAt === undefined
    wrongAt = undefined
    if (wasReached) {
      const { current } = store.state
      const isStillThere = current !== undefined && (await store.stage(current)).entryPath !== ''
      await update(store)
      process.stdout.write(`${JSON.stringify({ outcome, isStillThere })}\n`)
    }
    await store.close()
    if (!wasReached) return
  }
}

/** From a version that is current to the next one, through every arrow. */
async function update(store: OpenStore): Promise<void> {
  const blob = await readFile(blobPath)
  const manifest: Manifest = JSON.parse(await readFile(manifestPath, 'utf8'))
  await store.update((state) => ({
    ...state,
    highWater: manifest.seq,
    pending: { manifest, phase: 'offered', crashes: 0 },
  }))
  const writer = await store.receive(manifest)
  for (let offset = writer?.offset ?? 0; offset < blob.length; offset += 40_000)
    await writer?.write(blob.subarray(offset, offset + 40_000))
  await writer?.finish()
  await store.update((state) => ({ ...state, pending: { manifest, phase: 'staged', crashes: 0 } }))
  await store.stage(manifest)
  for (const phase of ['started', 'probed'] as const)
    await store.update((state) => ({ ...state, pending: { manifest, phase, crashes: 0 } }))
  await store.update((state) => ({
    ...state,
    ...(state.current !== undefined && state.current.seq !== manifest.seq && { previous: state.current }),
    current: manifest,
    pending: { manifest, phase: 'active', crashes: 0 },
  }))
  await store.update((state) => {
    const { pending: _, ...settled } = state
    return { ...settled, etag: '"2"' }
  })
  await store.collect()
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inlineLoader, processLoader, transfer, workerLoader } from '@whyreset/hotload'
import { describe, expect, it, vi } from 'vitest'
import { load, onCleanup, packageOf, rejectionOf } from './host-package.ts'

const PACKAGE = `
export const add = (a, b) => a + b
export const rules = { tax: { of: (amount) => amount * 0.2 }, limit: 7 }
class Cart { #items = []; put(item) { this.#items.push(item); return this.#items.length } }
export const cart = new Cart()
export function fail() {
  const error = new TypeError('bad order', { cause: new RangeError('too much') })
  throw Object.assign(error, { code: 'E_ORDER', order: { id: 7 } })
}
export async function failLater() { throw new AggregateError([new Error('one'), new Error('two')], 'both') }
export function throwText() { throw 'only text' }
export async function wait(options) {
  await new Promise((_, reject) => options.signal.addEventListener('abort', () => {
    globalThis.seen = options.signal.reason
    reject(options.signal.reason)
  }))
}
export async function waitFor(signal, ms) { await new Promise((done) => setTimeout(done, ms)); return signal.aborted }
export const seenReason = () => globalThis.seen?.message
let made = 0
export async function* numbers(count) {
  try { for (let at = 0; at < count; at += 1) { made += 1; yield at } } finally { globalThis.closed = true }
}
export async function* breaks() { yield 1; throw new RangeError('no more') }
export const howFar = () => [made, globalThis.closed === true]
export const sizeOf = (bytes) => bytes.byteLength
export function buffer(size) {
  const bytes = new ArrayBuffer(size)
  globalThis.last = bytes
  return { bytes, [Symbol.for('hotload.transfer')]: [bytes] }
}
export const lastSize = () => globalThis.last.byteLength
export const giveFunction = () => () => 1
export async function* giveBadItem() { yield 1; yield () => 2 }
export const echo = (value) => value
let state = { orders: 3 }
export const handover = () => state
export const takeover = (from) => { state = from }
export const orders = () => state.orders
export function dispose() { console.error = console.error; globalThis.disposed = true }
`

describe.each([
  ['worker', workerLoader()],
  ['process', processLoader()],
])('in %s isolation', (isolation, loader) => {
  it('functions are called by name, nested ones with dots, methods of instances too', async () => {
    const isolate = await load(loader, PACKAGE)
    expect(isolate.methods).toContain('rules.tax.of')
    expect(isolate.methods).not.toContain('dispose')
    expect(isolate.methods).not.toContain('handover')
    expect(await isolate.call('add', [1, 2])).toBe(3)
    expect(await isolate.call('rules.tax.of', [100])).toBe(20)
    expect(await isolate.call('cart.put', ['a'])).toBe(1)
    expect(await isolate.call('cart.put', ['b'])).toBe(2)
  })

  it('an error keeps its class, message, stack, cause, code and own properties', async () => {
    const isolate = await load(loader, PACKAGE)
    const error = await rejectionOf(isolate.call('fail', []))
    expect(error).toBeInstanceOf(TypeError)
    expect(error).toMatchObject({ message: 'bad order', code: 'E_ORDER', order: { id: 7 } })
    expect(error.stack).toContain('index.mjs:7')
    expect(error.cause).toBeInstanceOf(RangeError)
    expect(error.cause).toMatchObject({ message: 'too much' })
    const both = await rejectionOf(isolate.call('failLater', []))
    expect(both).toBeInstanceOf(AggregateError)
    expect((both as AggregateError).errors.map(String)).toEqual(['Error: one', 'Error: two'])
    await expect(isolate.call('throwText', [])).rejects.toBe('only text')
  })

  it('a function that is not there is named, with those that are', async () => {
    const isolate = await load(loader, 'export const quote = () => 1')
    const error = await rejectionOf(isolate.call('qoute', []))
    expect(error).toMatchObject({
      code: 'HOTLOAD_NO_METHOD',
      message: 'the package has no function qoute(); it has quote',
    })
  })

  it('a signal among the arguments aborts inside, with its reason, and the caller goes at once', async () => {
    const isolate = await load(loader, PACKAGE)
    const controller = new AbortController()
    const call = isolate.call('wait', [{ signal: controller.signal }])
    controller.abort(new Error('the user left'))
    expect((await rejectionOf(call)).message).toBe('the user left')
    expect(await isolate.call('seenReason', [])).toBe('the user left')
    // One that nobody aborts does no harm.
    expect(await isolate.call('waitFor', [new AbortController().signal, 1])).toBe(false)
    const aborted = await rejectionOf(isolate.call('waitFor', [AbortSignal.abort(new Error('before')), 1]))
    expect(aborted.message).toBe('before')
  })

  it('an async iterable streams, and goes on only as fast as it is read', async () => {
    const isolate = await load(loader, PACKAGE)
    const stream = (await isolate.call('numbers', [100_000])) as AsyncIterableIterator<number>
    for (let at = 0; at < 3; at += 1) expect(await stream.next()).toEqual({ value: at, done: false })
    const [made] = (await isolate.call('howFar', [])) as [number]
    expect(made).toBeLessThan(100)
    await stream.return?.()
    expect(await isolate.call('echo', [1])).toBe(1)
    expect(await isolate.call('howFar', [])).toEqual([expect.any(Number), true])
    let sum = 0
    for await (const value of (await isolate.call('numbers', [1000])) as AsyncIterable<number>) sum += value
    expect(sum).toBe(499_500)
  })

  it('the error of a stream comes after what was before it', async () => {
    const isolate = await load(loader, PACKAGE)
    const stream = (await isolate.call('breaks', [])) as AsyncIterableIterator<number>
    expect(await stream.next()).toEqual({ value: 1, done: false })
    expect(await rejectionOf(stream.next())).toMatchObject({ name: 'RangeError', message: 'no more' })
    expect(await stream.next()).toEqual({ value: undefined, done: true })
  })

  it('a function as an argument is refused, and says which; calls beside it go on', async () => {
    const isolate = await load(loader, PACKAGE)
    const good = isolate.call('add', [1, 1])
    const direct = rejectionOf(isolate.call('add', [1, () => 2]))
    const inside = rejectionOf(isolate.call('echo', [{ order: { round: Math.round } }]))
    const after = isolate.call('add', [2, 2])
    expect([await good, await after]).toEqual([2, 4])
    expect(await direct).toMatchObject({
      code: 'HOTLOAD_ARGUMENT',
      message:
        "add(): argument 2 is a function, and only data is copied to a package. Pass data, or load the package with isolation: 'inline'.",
    })
    expect((await inside).message).toContain('argument 1 holds a function')
  })

  it('a result that cannot be copied is an error of its call alone', async () => {
    const isolate = await load(loader, PACKAGE)
    const [bad, good] = await Promise.allSettled([
      isolate.call('giveFunction', []),
      isolate.call('add', [1, 2]),
    ])
    expect(good).toEqual({ status: 'fulfilled', value: 3 })
    expect(bad).toMatchObject({ reason: { message: expect.stringContaining('the result cannot be copied') } })
    const stream = (await isolate.call('giveBadItem', [])) as AsyncIterableIterator<number>
    expect((await stream.next()).value).toBe(1)
    expect((await rejectionOf(stream.next())).message).toContain('an item of the stream cannot be copied')
  })

  it('what handover() gives is the argument of takeover() of the next version', async () => {
    const before = await load(loader, PACKAGE)
    const handover = await before.handover()
    expect(handover).toEqual({ orders: 3 })
    const after = await load(loader, PACKAGE, { handover: { orders: 8 } })
    expect(await after.call('orders', [])).toBe(8)
  })

  it('dispose() is called, and then nothing of the version is left', async () => {
    const pkg = packageOf({
      'index.mjs': `import { writeFileSync } from 'node:fs'
export const quote = () => 1
export function dispose() { writeFileSync(new URL('disposed', import.meta.url), 'yes') }
setInterval(() => {}, 1000)`,
    })
    const isolate = await loader.load(pkg, { generation: 1, signal: AbortSignal.timeout(20_000) })
    await isolate.dispose(AbortSignal.timeout(5000))
    expect(readFileSync(`${pkg.folder}/disposed`, 'utf8')).toBe('yes')
    expect(await isolate.ended).toBeInstanceOf(Error)
    await expect(isolate.call('quote', [])).rejects.toMatchObject({ code: 'HOTLOAD_GENERATION_LOST' })
  })

  it('loads CommonJS, and trees with relative imports', async () => {
    const files = {
      'index.cjs': `const { half } = require('./half.cjs')\nexports.quote = (amount) => half(amount)\nexports.file = () => __filename`,
      'half.cjs': `module.exports.half = (amount) => amount / 2`,
    }
    const context = { generation: 1, signal: AbortSignal.timeout(20_000) }
    const common = await loader.load(packageOf(files), context)
    onCleanup(() => common.dispose(AbortSignal.timeout(2000)))
    expect(await common.call('quote', [8])).toBe(4)
    const modules = {
      'index.mjs': `import { third } from './third.mjs'\nexport const quote = third`,
      'third.mjs': `export const third = (amount) => amount / 3`,
    }
    const tree = await loader.load(packageOf(modules), context)
    onCleanup(() => tree.dispose(AbortSignal.timeout(2000)))
    expect(await tree.call('quote', [9])).toBe(3)
    const single = await load(loader, 'module.exports = (amount) => amount', { name: 'index.cjs' })
    expect(await single.call('default', [2])).toBe(2)
  })

  it(`its environment is what is given (${isolation})`, async () => {
    const given =
      isolation === 'worker' ? workerLoader({ env: { RATE: '3' } }) : processLoader({ env: { RATE: '3' } })
    const isolate = await load(given, 'export const env = () => ({ ...process.env })')
    expect(await isolate.call('env', [])).toEqual({ RATE: '3' })
  })
})

describe('in worker isolation', () => {
  it('marked ArrayBuffers are moved, both ways', async () => {
    const isolate = await load(workerLoader(), PACKAGE)
    const bytes = new Uint8Array(1024)
    expect(await isolate.call('sizeOf', [transfer(bytes, [bytes.buffer])])).toBe(1024)
    expect(bytes.byteLength).toBe(0)
    const { bytes: back } = (await isolate.call('buffer', [512])) as { bytes: ArrayBuffer }
    expect(back.byteLength).toBe(512)
    expect(await isolate.call('lastSize', [])).toBe(0)
  })
})

describe('in process isolation', () => {
  it("Node's permission model keeps the package from what was not allowed", async () => {
    const code = `import { readFileSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
export const own = () => readFileSync(new URL(import.meta.url)).length > 0
export const read = (path) => readFileSync(path, 'utf8')
export const write = (path) => writeFileSync(path, 'x')
export const run = () => spawnSync('true')`
    const isolate = await load(processLoader({ permissions: {} }), code)
    expect(await isolate.call('own', [])).toBe(true)
    for (const [method, path] of [
      ['read', '/etc/hostname'],
      ['write', '/tmp/hotload-denied'],
      ['run', ''],
    ] as const)
      expect(await rejectionOf(isolate.call(method, [path]))).toMatchObject({ code: 'ERR_ACCESS_DENIED' })
  })

  it('shared memory is refused as an argument: processes have none', async () => {
    const isolate = await load(processLoader(), 'export const echo = (value) => value')
    expect(await rejectionOf(isolate.call('echo', [new SharedArrayBuffer(8)]))).toMatchObject({
      code: 'HOTLOAD_ARGUMENT',
      message: expect.stringContaining('SharedArrayBuffer') as string,
    })
    expect(await isolate.call('echo', [1])).toBe(1)
  })

  it('more bytes than pass at once are refused, either way, and calls go on', async () => {
    const isolate = await load(
      processLoader(),
      'export const sizeOf = (bytes) => bytes.length; export const give = (size) => new Uint8Array(size)',
    )
    const tooMany = 256 * 1024 * 1024 + 1
    const [sent, beside] = [isolate.call('sizeOf', [new Uint8Array(tooMany)]), isolate.call('sizeOf', ['ab'])]
    expect(await rejectionOf(sent)).toMatchObject({
      code: 'HOTLOAD_ARGUMENT',
      message: expect.stringContaining('268435456 pass between two processes') as string,
    })
    expect(await beside).toBe(2)
    expect((await rejectionOf(isolate.call('give', [tooMany]))).message).toContain('268435456 pass')
    expect(await isolate.call('sizeOf', ['abc'])).toBe(3)
  })

  it.skipIf(process.platform !== 'linux')(
    'a package that loops for ever ends with its host, which was killed (skipped beside Linux: reads /proc)',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'hotload-killed-'))
      onCleanup(() => rmSync(folder, { recursive: true, force: true }))
      const program = fileURLToPath(new URL('host-killed.mjs', import.meta.url))
      const host = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
      onCleanup(() => void host.kill('SIGKILL'))
      const [line] = (await once(host.stdout, 'data')) as [Buffer]
      const pid = Number(line)
      expect(isRunning(pid)).toBe(true)
      onCleanup(() => {
        if (isRunning(pid)) process.kill(pid, 'SIGKILL')
      })
      host.kill('SIGKILL')
      await vi.waitUntil(() => !isRunning(pid), { timeout: 60_000 })
    },
  )
})

/** A process that ended may stay listed as a zombie where nobody waits for it. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

describe('inline', () => {
  it('calls a CommonJS bundle in this thread, functions as arguments included', async () => {
    const code = `exports.map = (list, by) => list.map(by)
exports.ticks = async function* (count) { for (let at = 0; at < count; at += 1) yield at }
exports.path = () => require('node:path').sep`
    const isolate = await load(inlineLoader(), code, { name: 'index.cjs' })
    expect(await isolate.call('map', [[1, 2], (value: number) => value * 2])).toEqual([2, 4])
    expect(await isolate.call('path', [])).toBe('/')
  })

  it('takes an IIFE with a global name, as bundlers write it, and leaves no global', async () => {
    const code = `"use strict";\nvar pricing = (() => { return { quote: (amount) => amount + 1 } })();`
    const isolate = await load(inlineLoader(), code, { name: 'bundle.js' })
    expect(await isolate.call('quote', [1])).toBe(2)
    expect('pricing' in globalThis).toBe(false)
  })

  it.each([
    ['an .mjs', 'index.mjs', 'export const a = 1'],
    ['an export', 'index.js', 'export const quote = () => 1'],
    ['an import', 'index.js', "import fs from 'node:fs'\nmodule.exports = { quote() {} }"],
  ])('refuses an ES module (%s), and says why', async (_, name, code) => {
    const error = await rejectionOf(load(inlineLoader(), code, { name }))
    expect(error).toMatchObject({ code: 'HOTLOAD_LOAD' })
    expect(error.message).toContain('it is an ES module, and Node never gives the memory of one back')
    expect(error.message).toContain("isolation: 'worker'")
  })

  it('refuses a second file, which would stay in the cache of require', async () => {
    const error = await rejectionOf(load(inlineLoader(), "require('./other.cjs')", { name: 'index.cjs' }))
    expect(error.message).toContain('what is loaded inline is one file')
  })
})

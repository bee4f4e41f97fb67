import { workerLoader } from '@whyreset/hotload'
import { describe, expect, it } from 'vitest'
import { load, rejectionOf } from './host-package.ts'

const worker = workerLoader({ resourceLimits: { maxOldGenerationSizeMb: 32 } })

/** Finds the port that the guest speaks through, as a package that means harm would. */
const FIND_PORT = `
import { MessagePort } from 'node:worker_threads'
const port = process._getActiveHandles().find((handle) => handle instanceof MessagePort)
`

describe('a hostile package in a worker', () => {
  it.each([
    ['throws at import', `throw new Error('no')`, 'Error: no'],
    ['ends its thread at import', 'process.exit(7)', 'its thread ended with code 7'],
    [
      'takes all memory at import',
      'const all = []; for (;;) all.push(new Array(1e5).fill(all.length))',
      'memory',
    ],
    ['rejects unhandled at import', `await Promise.reject(new Error('later'))`, 'later'],
    ['exports nothing that can be called', 'export const rate = 3', 'it exports no function'],
    ['is no JavaScript', 'export const = 3', 'SyntaxError'],
    ['asks for what is not there', `import 'no-such-package'`, 'no-such-package'],
    [
      'exports more than can be called',
      `export default Object.fromEntries(Array.from({ length: 1001 }, (_, n) => ['f' + n, () => n]))`,
      'more than 1000 functions',
    ],
  ])('that %s is refused, and the host goes on', async (_, code, why) => {
    const error = await rejectionOf(load(worker, `${code}\nexport {}`))
    expect(error).toMatchObject({ code: 'HOTLOAD_LOAD' })
    expect(error.message).toContain('pricing@1.0.0 could not be loaded')
    expect(error.message).toContain(why)
  })

  it.each([
    ['an endless loop', 'for (;;);'],
    ['a top-level await that never ends', 'await new Promise(() => {}); export const quote = () => 1'],
    ['an export named then that never calls back', 'export function then() {}; export const quote = () => 1'],
  ])('with %s at import runs into the time-out', async (_, code) => {
    const error = await rejectionOf(load(worker, `setInterval(() => {}, 1000);${code}`, { timeoutMs: 400 }))
    expect(error).toMatchObject({ code: 'HOTLOAD_LOAD' })
  })

  it.each([
    ['ends its thread', 'process.exit(3)', 'its thread ended with code 3'],
    ['takes all memory', 'const all = []; for (;;) all.push(new Array(1e5).fill(all.length))', 'memory'],
    [
      'rejects unhandled',
      `Promise.reject(new Error('nobody looks')); await new Promise(() => {})`,
      'nobody looks',
    ],
    [
      'throws in a timer',
      `setTimeout(() => { throw new Error('late') }); await new Promise(() => {})`,
      'late',
    ],
    ['throws what is no error', `setTimeout(() => { throw null }); await new Promise(() => {})`, 'null'],
    ['closes the port', `port.close(); await new Promise(() => {})`, 'ended'],
  ])('that %s in a call loses that call alone, with a reason', async (_, code, why) => {
    const isolate = await load(worker, `${FIND_PORT}\nexport async function run() { ${code} }`)
    const error = await rejectionOf(isolate.call('run', []))
    expect(error).toMatchObject({ code: 'HOTLOAD_GENERATION_LOST' })
    expect(error.message).toContain(why)
    await isolate.ended
  })

  it.each([
    ['answers what nobody asked', 'port.postMessage([1, 4711, "forged"])'],
    ['posts what is no batch', 'port.postMessage({ length: 1e9 })'],
    ['posts a batch of nonsense', 'port.postMessage([{}, null, Symbol.iterator.description])'],
    ['posts ids that are no numbers', 'port.postMessage([1, "__proto__", 1])'],
    ['never stops to post', 'for (;;) port.postMessage([1, 4711, "x".repeat(1000)])'],
    [
      'posts what the host cannot read',
      'let deep = []; for (let at = 0; at < 7000; at += 1) deep = [deep]; port.postMessage(deep)',
    ],
  ])('that %s is ended', async (_, code) => {
    const isolate = await load(
      worker,
      `${FIND_PORT}\nexport async function run() { ${code}; await new Promise(() => {}) }`,
    )
    const error = await rejectionOf(isolate.call('run', []))
    expect(error).toMatchObject({ code: 'HOTLOAD_GENERATION_LOST' })
    expect(error.message).toContain('messages of its own making')
    await isolate.ended
  })

  it('does not reach the host through parentPort', async () => {
    const code = `import { parentPort } from 'node:worker_threads'
export const run = () => { for (let at = 0; at < 1000; at += 1) parentPort.postMessage([1, at, 'forged']); return 'own answer' }`
    const isolate = await load(worker, code)
    expect(await isolate.call('run', [])).toBe('own answer')
  })

  it('sends a stream no faster than it is read, or is ended', async () => {
    const code = `${FIND_PORT}
export async function* run() {
  yield 1
  await new Promise((done) => setTimeout(done, 20))
  for (let at = 0; at < 1e6; at += 1) port.postMessage([4, 1, at])
}`
    const isolate = await load(worker, code)
    const stream = (await isolate.call('run', [])) as AsyncIterableIterator<unknown>
    expect(await stream.next()).toEqual({ value: 1, done: false })
    expect((await isolate.ended).message).toContain('messages of its own making')
  })

  it('that sends items where no stream was begun loses the call', async () => {
    const code = `${FIND_PORT}\nexport async function run() { port.postMessage([4, 1, 'item']); await new Promise(() => {}) }`
    const isolate = await load(worker, code)
    expect(await rejectionOf(isolate.call('run', []))).toMatchObject({ code: 'HOTLOAD_GENERATION_LOST' })
  })

  it('cannot make the api a promise, nor touch a prototype, by the names of its exports', async () => {
    const code = `export const quote = () => 1
export { quote as constructor, quote as prototype, quote as toString, quote as hasOwnProperty }
export default { ['__proto__']: quote, then: quote, nested: { then: quote, ok: quote, constructor: quote } }`
    const isolate = await load(worker, code)
    expect([...isolate.methods].toSorted()).toEqual(['hasOwnProperty', 'nested.ok', 'quote', 'toString'])
    expect(await isolate.call('toString', [])).toBe(1)
    await expect(isolate.call('__proto__', [])).rejects.toMatchObject({ code: 'HOTLOAD_NO_METHOD' })
    await expect(isolate.call('constructor', [])).rejects.toMatchObject({ code: 'HOTLOAD_NO_METHOD' })
  })

  it('cannot touch a prototype by what it answers or throws', async () => {
    const code = `export const answer = () => JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}')
export function fail() { throw Object.assign(new Error('x'), JSON.parse('{"__proto__": {"polluted": true}, "constructor": 5, "message": "own", "toString": 1}')) }`
    const isolate = await load(worker, code)
    const answer = (await isolate.call('answer', [])) as object
    expect(Object.getPrototypeOf(answer)).toBe(Object.prototype)
    const error = await rejectionOf(isolate.call('fail', []))
    expect(error.constructor).toBe(Error)
    expect('polluted' in {}).toBe(false)
    expect('polluted' in error).toBe(false)
  })

  it('that patches what its thread is made of answers for itself alone', async () => {
    const code = `Array.prototype.push = () => { throw new Error('patched') }
Promise.prototype.then = () => {}
export const quote = () => 1`
    const error = await rejectionOf(load(worker, code, { timeoutMs: 1000 }))
    expect(error).toMatchObject({ code: 'HOTLOAD_LOAD' })
    expect([].concat([1])).toEqual([1])
  })

  it('that does not end its dispose() is ended', async () => {
    const isolate = await load(
      worker,
      'export const quote = () => 1; export const dispose = () => { for (;;); }',
    )
    await isolate.dispose(AbortSignal.timeout(200)).catch(() => undefined)
    expect(await isolate.ended).toBeInstanceOf(Error)
  })
})

import { getEventListeners } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it, vi } from 'vitest'
import {
  artifact,
  createProvider,
  hotload,
  httpSource,
  npmSource,
  openStore,
  plainSource,
  processLoader,
  readState,
  workerLoader,
  type Hotload,
  type Isolate,
  type Loader,
} from '@whyreset/hotload'
import { memorySource, stamped } from './host-support.mjs'
import { load, onCleanup, rejectionOf } from './host-package.ts'
import { newFolder, start, type Setting, type Stamped } from './promises-support.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Finds the port that the guest speaks through, as a package that means harm would. */
const FIND_PORT = `
import { MessagePort } from 'node:worker_threads'
const port = process._getActiveHandles().find((handle) => handle instanceof MessagePort)
`

const ODD_ERRORS = `
export const ok = () => 'ok'
export function getter() {
  throw Object.defineProperty(new Error('odd'), 'more', { enumerable: true, get() { throw new Error('not now') } })
}
export function message() { throw Object.defineProperty(new Error('odd'), 'message', { get() { throw 1 } }) }
export async function revoked() { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy }
export async function hidden() { return new Proxy({ then: undefined }, { has() { throw new Error('not for you') } }) }
export async function unreadable() { return { [Symbol.asyncIterator]() { throw new Error('no iterator') } } }
export function round() { const error = new Error('round'); error.cause = error; throw error }
export function many() {
  const error = new AggregateError([], 'many')
  error.errors = Array(64).fill(error)
  error.cause = error
  throw error
}
`

describe.each([
  ['worker', workerLoader()],
  ['process', processLoader()],
])('in %s isolation', (_, loader) => {
  it.each([
    ['whose getter throws', 'getter', 'odd'],
    ['whose message throws', 'message', ''],
    ['that is a revoked proxy', 'revoked', 'what was thrown cannot be read'],
    ['that is its own cause', 'round', 'round'],
    ['that stands 64 times in itself', 'many', 'many'],
    ['of a result that cannot be looked at', 'hidden', 'not for you'],
    ['of an iterable that cannot be read', 'unreadable', 'no iterator'],
  ])('an error %s fails its call alone', async (_what, method, message) => {
    const isolate = await load(loader, ODD_ERRORS)
    const error = await rejectionOf(isolate.call(method, []))
    expect(error.message).toBe(message)
    expect(await isolate.call('ok', [])).toBe('ok')
  })
})

describe('a hostile package in a worker', () => {
  it('does not keep the host busy with an error that stands 64 times in itself', async () => {
    const isolate = await load(
      workerLoader(),
      `${FIND_PORT}
const record = { error: true, name: 'Error', message: 'deep', props: [] }
record.errors = Array(64).fill(record)
record.cause = record
export function run() { port.postMessage([2, 1, record]) }`,
    )
    const error = await rejectionOf(isolate.call('run', []))
    expect(error).toMatchObject({ message: 'deep' })
  })
})

describe('a call', () => {
  it('with an argument that cannot be looked at fails alone, and holds nothing', async () => {
    const { hot } = await start('export const stamp = (...all) => all.length')
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const call: (...args: unknown[]) => Promise<number> = hot.api.stamp
    const outcomes = await Promise.allSettled([
      call(1),
      call(proxy, 2),
      call(3, 4),
      call(proxy),
      call(5, 6, 7),
    ])
    expect(outcomes.map((each) => (each.status === 'fulfilled' ? each.value : each.reason))).toMatchObject([
      1,
      { code: 'HOTLOAD_ARGUMENT' },
      2,
      { code: 'HOTLOAD_ARGUMENT' },
      3,
    ])
    expect(hot.status().generations).toMatchObject([{ role: 'current', held: 0 }])
  })

  it('that a loader of the user answers with an exception holds nothing', async () => {
    const throwing: Isolate = {
      methods: ['stamp'],
      ended: new Promise(() => undefined),
      call: () => {
        throw new RangeError('at once')
      },
      handover: () => Promise.resolve(undefined),
      dispose: () => Promise.resolve(),
    }
    const isolation: Loader = { isolation: 'own', load: () => Promise.resolve(throwing) }
    const { hot } = await start('1', { isolation })
    await expect(hot.api.stamp()).rejects.toThrow('at once')
    expect(hot.status().generations).toMatchObject([{ held: 0, calls: { failed: 1 } }])
  })
})

describe('what a program without types leaves out', () => {
  const source = memorySource()
  const store = '/nowhere'
  it.each([
    [
      'all of it',
      undefined,
      /^hotload\(\) was given nothing: hotload\(\{ name, source, store \}\) was wanted$/,
    ],
    ['source', { name: 'pricing', store }, /^source is nothing: httpSource\(url, .* was wanted$/],
    [
      'what source is',
      { name: 'pricing', source: 'http://provider', store },
      /^source is "http:\/\/provider": /,
    ],
    [
      'store',
      { name: 'pricing', source },
      /^store is nothing: a folder of this program's own .* was wanted$/,
    ],
    ['name', { source, store }, /^name is undefined: one such as "pricing"/],
  ])('%s is told in one line that says what was wanted', async (_, options, message) => {
    const error = await rejectionOf(hotload(options as never))
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toMatch(message)
  })

  it.each([
    ['httpSource(url)', () => httpSource('http://provider', undefined as never), 'trust: [publicKey]'],
    ['httpSource(url, {})', () => httpSource('http://provider', {} as never), 'trust names no key'],
    [
      'httpSource()',
      () => httpSource(undefined as never, { trust: ['x'] }),
      'the URL of a source is nothing',
    ],
    ['plainSource()', () => plainSource(undefined as never), 'the URL of a source is nothing'],
    ['npmSource(registry)', () => npmSource('http://registry', undefined as never), 'the package is nothing'],
    ['createProvider()', () => createProvider(undefined as never), 'createProvider({ dir, sign })'],
    ['createProvider({ dir })', () => createProvider({ dir: 'x' } as never), 'sign is nothing'],
  ])('%s too', (_, make, wanted) => {
    expect(make).toThrow(wanted)
  })

  it('openStore() too', async () => {
    await expect(openStore(undefined as never)).rejects.toThrow(
      "the store is nothing: a folder such as 'var/hotload'",
    )
  })
})

describe('a signal', () => {
  it('is listened to once, however many calls it is given to, and no more when they are done', async () => {
    const { hot } = await start(
      'export const stamp = (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))\n' +
        'export const quote = () => 1',
    )
    const call: (signal: AbortSignal) => Promise<number> = hot.api.stamp
    const quote: (signal: AbortSignal) => Promise<number> = hot.api.quote
    const program = new AbortController()
    const calls = Array.from({ length: 20 }, () => rejectionOf(call(program.signal)))
    expect(getEventListeners(program.signal, 'abort')).toHaveLength(1)
    await Promise.all(Array.from({ length: 20 }, () => quote(program.signal)))
    program.abort(new Error('over'))
    for (const error of await Promise.all(calls)) expect(error.message).toBe('over')
    const other = new AbortController()
    await quote(other.signal)
    expect(getEventListeners(other.signal, 'abort')).toEqual([])
  })
})

describe('the api', () => {
  it('can be logged without calling the package', async () => {
    const { hot } = await start('export const stamp = () => 1')
    const { api }: { api: object } = hot
    expect(JSON.stringify({ api })).toBe('{}')
    expect(Reflect.apply(String, undefined, [api])).toBe('[hotload api]')
    expect(hot.status().generations).toMatchObject([{ calls: { ok: 0, failed: 0 } }])
  })
})

describe('memory', () => {
  it('of the items of a stream is given back while it goes on', async () => {
    const { hot } = await start(
      'export async function* ticks() { for (let at = 0; ; at += 1) yield { at, text: "x".repeat(100) } }',
    )
    const gone: string[] = []
    const registry = new FinalizationRegistry<string>((name) => gone.push(name))
    const stream = await hot.api.ticks(1)
    registry.register((await stream.next()).value, 'first')
    while (gone.length === 0) {
      for (let read = 0; read < 100; read += 1) await stream.next()
      collectGarbage()
    }
    expect(gone).toEqual(['first'])
    await stream.return?.()
  })

  it('of an artifact that was replaced is given back', async () => {
    const gone: string[] = []
    const registry = new FinalizationRegistry<string>((name) => gone.push(name))
    const { hot, source } = await start('1', {
      confirm: false,
      isolation: artifact({
        activate() {
          const handle = { stamp: () => 1 }
          registry.register(handle, 'handle')
          return handle
        },
      }),
    })
    for (const code of ['2', '3', '4']) {
      source.publish(code)
      await hot.check()
    }
    while (gone.length < 2) {
      collectGarbage()
      await wait(10)
    }
    expect(gone).toContain('handle')
  })
})

describe('close', () => {
  it('twice at once resolves twice when all is closed', async () => {
    const source = memorySource()
    source.publish('export const slow = (ms) => new Promise((done) => setTimeout(done, ms, 1))')
    const store = newFolder()
    const hot = await hotload<{ slow(ms: number): Promise<number> }>({ name: 'pricing', source, store })
    const call = hot.api.slow(300)
    await Promise.race([hot.close(), hot.close()])
    const again = await hotload({ name: 'pricing', source, store })
    onCleanup(() => again.close())
    expect(await call).toBe(1)
  })
})

describe('nothing goes on after close()', () => {
  it.each([
    ['a version is started again', ({ hot }: Setting) => rejectionOf(dying(hot).die())],
    [
      'the version before is started for a return',
      ({ hot }: Setting) => {
        void rejectionOf(hot.rollback())
        return Promise.resolve()
      },
    ],
  ])('while %s', async (_, begin) => {
    const loader = workerLoader()
    let starting = 0
    // Ends what it started in its own time.
    const isolation: Loader = {
      isolation: 'slow to end',
      load: async (pkg, context) => {
        starting += 1
        try {
          return await loader.load(pkg, context)
        } catch (error) {
          await wait(200)
          throw error
        } finally {
          starting -= 1
        }
      },
    }
    const hangs = join(newFolder(), 'hangs')
    const code = (version: number) => `import { existsSync } from 'node:fs'
if (existsSync(${JSON.stringify(hangs)})) await new Promise(() => setInterval(() => {}, 1000))
export const die = () => process.exit(1)
export const stamp = () => ${version}`
    const setting = await start(code(1), { isolation, confirm: false, startTimeout: '1h' })
    const { hot, source, next } = setting
    source.publish(code(2))
    await hot.check()
    await next('drained')
    writeFileSync(hangs, '')
    await begin(setting)
    await vi.waitUntil(() => starting > 0)
    await hot.close()
    expect(starting).toBe(0)
  })
})

function dying(hot: Hotload<Stamped>): { die(): Promise<unknown> } {
  return hot.api as never
}

const CANARY = { confirm: { canary: 0.5, canaryFor: '1h' } } as const

describe('a version on its way', () => {
  it('is dropped when another one is pinned', async () => {
    const { hot, source } = await start(stamped(1), CANARY)
    source.publish(stamped(2))
    const checked = hot.check()
    await candidateOf(hot)
    await hot.pin('1.0.0')
    expect((await checked).generations).toMatchObject([{ role: 'current', version: '1.0.0' }])
  })

  it('is dropped when it is taken back before it started', async () => {
    const { hot, source, heard, folder } = await start(stamped(1), { confirm: false })
    const one = source.publish(stamped(1), { version: '1.0.0' })
    await hot.check()
    const mayStart = join(newFolder(), 'may-start')
    source.publish(
      `import { existsSync } from 'node:fs'; while (!existsSync(${JSON.stringify(mayStart)}));\n${stamped(2)}`,
    )
    const checked = hot.check()
    // The first check goes on with the switch by itself; the second one finds the version before offered again.
    while ((await readState(folder)).state.pending?.phase !== 'staged') await wait(5)
    source.publish(stamped(1), { version: one.version })
    const { checks } = source.counters
    const checkedAgain = hot.check()
    await vi.waitFor(() => expect(source.counters.checks).toBe(checks + 1))
    writeFileSync(mayStart, '')
    await Promise.all([checked, checkedAgain])
    expect(heard.activated.map(({ version }) => version)).toEqual(['1.0.0'])
    expect(await hot.api.stamp()).toBe(1)
  })

  it('is not held to have ended the process when the client is closed', async () => {
    const source = memorySource()
    const store = newFolder()
    const first = await start(stamped(1), { store, confirm: false }, source)
    await first.hot.close()
    source.publish(stamped(2))
    for (let times = 0; times < 2; times += 1) {
      const { hot, heard } = await start('', { store, ...CANARY, maxCrashes: 1 }, source)
      void hot.check().catch(() => undefined)
      await candidateOf(hot)
      await hot.close()
      expect(heard.rejected).toEqual([])
    }
  })
})

async function candidateOf(hot: Hotload<Stamped>): Promise<void> {
  while (!hot.status().generations.some(({ role }) => role === 'candidate')) await wait(5)
}

describe('what cannot be meant', () => {
  it('a store of another package is refused, and left as it was', async () => {
    const { hot, folder } = await start('export const stamp = () => 1')
    await hot.close()
    const other = hotload({ name: 'rules', source: memorySource('rules'), store: folder })
    await expect(other).rejects.toMatchObject({ code: 'HOTLOAD_MANIFEST' })
    const again = await hotload<Stamped>({ name: 'pricing', source: memorySource(), store: folder })
    onCleanup(() => again.close())
    expect(await again.api.stamp()).toBe(1)
  })

  it.each([
    ['a name that leads elsewhere', { name: '../rules' }, 'name is "../rules"'],
    ['a version that is none', { hostVersion: 'two' }, 'hostVersion is "two"'],
  ])('%s is refused before anything is opened', async (_, options, message) => {
    const source = memorySource()
    await expect(hotload({ name: 'pricing', source, store: newFolder(), ...options })).rejects.toThrow(
      message,
    )
  })

  it('no key at all is said to be missing', () => {
    expect(() => httpSource('http://127.0.0.1:1', { trust: [] })).toThrow('trust names no key')
  })
})

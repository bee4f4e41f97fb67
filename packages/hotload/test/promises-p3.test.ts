import { EventEmitter, once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openStore } from '@whyreset/hotload'
import { describe, expect, it, vi } from 'vitest'
import { onCleanup, rejectionOf } from './host-package.ts'
import { stamped } from './host-support.mjs'
import { newFolder, start } from './promises-support.ts'

/** On a machine that does much else. */
const BUSY_MS = 900_000

describe('P3: calls under way complete on the old version, and each is answered by one', () => {
  it(
    '64 callers during 100 swaps, 10 of them of broken versions: none fails, none is mixed',
    async () => {
      const { hot, source, heard } = await start(stamped(1), { confirm: false, drain: '20s' })
      const over = new AbortController()
      onCleanup(() => over.abort())
      let calls = 0
      const wrong: unknown[] = []
      const caller = async () => {
        while (!over.signal.aborted) {
          const lease = hot.lease()
          try {
            const own = Number.parseInt(lease.version, 10)
            const { version, total } = await lease.api.quote({ amount: 3 })
            const again = await lease.api.stamp()
            calls += 2
            if (version !== own || total !== 3 * own || again !== own)
              wrong.push({ own, version, total, again })
            const free = await hot.api.quote({ amount: 2 })
            calls += 1
            if (free.total !== 2 * free.version) wrong.push(free)
            // So many callers are not to starve the one that swaps.
            await new Promise((resolve) => setTimeout(resolve, 15))
          } catch (error) {
            wrong.push(error)
          } finally {
            lease.release()
          }
        }
      }
      const callers = Array.from({ length: 64 }, caller)
      let swapped = 0
      for (let at = 2; at <= 101; at += 1) {
        const isBroken = at % 10 === 0
        source.publish(isBroken ? `throw new Error('no'); export {}` : stamped(at))
        const { version } = await hot.check()
        if (version === `${at}.0.0`) swapped += 1
        expect(version === `${at}.0.0`).toBe(!isBroken)
      }
      over.abort()
      await Promise.all(callers)
      expect(wrong).toEqual([])
      expect({ swapped, refused: heard.rejected.length }).toEqual({ swapped: 90, refused: 10 })
      expect(calls).toBeGreaterThan(1000)
      expect(heard.drained.every(({ cut }) => cut === 0)).toBe(true)
      expect(heard.error).toEqual([])
    },
    BUSY_MS,
  )

  it('a call slower than the time to drain is cut with a code, and counted', async () => {
    const { hot, source, next } = await start(stamped(1), { confirm: false, drain: '1s' })
    const slow = hot.api.slow(60_000)
    const fast = hot.api.slow(10)
    source.publish(stamped(2))
    await hot.check()
    const error = await rejectionOf(slow)
    expect(error).toMatchObject({ code: 'HOTLOAD_DRAIN_TIMEOUT' })
    expect(error.message).toContain('what it did is not undone')
    expect(await fast).toBe(1)
    expect(await next('drained')).toMatchObject({ version: '1.0.0', cut: 1 })
    expect(await hot.api.stamp()).toBe(2)
  })

  it('a stream that began on the old version ends on it', async () => {
    const { hot, source, next } = await start(stamped(1), { confirm: false })
    const stream = await hot.api.ticks(200)
    const seen = [(await stream.next()).value]
    source.publish(stamped(2))
    await hot.check()
    expect(await hot.api.stamp()).toBe(2)
    expect(hot.status().generations).toHaveLength(1)
    for await (const tick of stream) seen.push(tick)
    expect(seen).toEqual(Array.from({ length: 200 }, (_, at) => ({ version: 1, at })))
    expect(await next('drained')).toMatchObject({ version: '1.0.0', cut: 0 })
  })

  it('a stream that nobody reads does not hold the old version beyond the time to drain', async () => {
    const { hot, source, next } = await start(stamped(1), { confirm: false, drain: '50ms' })
    const stream = await hot.api.ticks(1000)
    source.publish(stamped(2))
    await hot.check()
    expect(await next('drained')).toMatchObject({ cut: 1 })
    expect(await rejectionOf(stream.next())).toMatchObject({ code: 'HOTLOAD_DRAIN_TIMEOUT' })
  })

  it('a lease keeps its version across swaps, until it is released or cut', async () => {
    const { hot, source, next, heard } = await start(stamped(1), { confirm: false, drain: '20s' })
    const lease = hot.lease()
    source.publish(stamped(2))
    await hot.check()
    expect([await lease.api.stamp(), await hot.api.stamp(), lease.version]).toEqual([1, 2, '1.0.0'])
    expect(heard.drained).toEqual([])
    await lease[Symbol.asyncDispose]()
    expect(await next('drained')).toMatchObject({ version: '1.0.0', cut: 0 })
    expect(await rejectionOf(lease.api.stamp())).toMatchObject({ code: 'HOTLOAD_CLOSED' })
  })

  it('a lease held beyond the time to drain is told so', async () => {
    const { hot, source, next } = await start(stamped(1), { confirm: false, drain: '50ms' })
    const lease = hot.lease()
    source.publish(stamped(2))
    await hot.check()
    expect(await next('drained')).toMatchObject({ cut: 1 })
    expect(await rejectionOf(lease.api.stamp())).toMatchObject({ code: 'HOTLOAD_DRAIN_TIMEOUT' })
  })

  it('of several versions that come during a switch the last one is taken', async () => {
    const store = await openStore(newFolder())
    const held = new EventEmitter()
    const isHeld = once(held, 'over')
    const { hot, source, heard, next } = await start(stamped(1), {
      store,
      confirm: false,
      probe: async (api) => ((await api.stamp()) === 2 ? await isHeld : true),
      probeTimeout: '60s',
    })
    const checks: Promise<unknown>[] = []
    for (const version of [2, 3, 4]) {
      source.publish(stamped(version))
      checks.push(hot.check())
      const phase = version === 2 ? 'started' : 'staged'
      await vi.waitFor(() =>
        expect(store.state.pending).toMatchObject({ phase, manifest: { version: `${version}.0.0` } }),
      )
    }
    held.emit('over')
    await Promise.all(checks)
    await next('activated', 3)
    expect(heard.activated.map(({ version }) => version)).toEqual(['1.0.0', '2.0.0', '4.0.0'])
    expect(await hot.api.stamp()).toBe(4)
  })

  it('a worker that ends by itself is started again: its calls are lost with a code, the next is answered', async () => {
    const code = `${stamped(1)}\nexport const die = () => process.exit(9)`
    const { hot, next } = await start(code, { confirm: { for: '1ms' } })
    await next('confirmed')
    const [before] = hot.status().generations
    const slow = rejectionOf(hot.api.slow(60_000))
    const dead = rejectionOf((hot.api as unknown as { die(): Promise<never> }).die())
    expect(await dead).toMatchObject({ code: 'HOTLOAD_GENERATION_LOST' })
    expect(await slow).toMatchObject({ code: 'HOTLOAD_GENERATION_LOST' })
    expect((await next('error')).message).toContain('ended by itself')
    expect(await hot.api.stamp()).toBe(1)
    expect(hot.status().generations[0]?.generation).toBeGreaterThan(before?.generation ?? 0)
  })

  it('one that does not start again is tried with pauses, and answers as soon as it does', async () => {
    const flag = join(newFolder(), 'broken')
    const code = `import { existsSync } from 'node:fs'
if (existsSync(${JSON.stringify(flag)})) throw new Error('still broken')
${stamped(1)}
export const die = () => process.exit(9)`
    const { hot, heard, next } = await start(code, { confirm: { for: '1ms' } })
    await next('confirmed')
    writeFileSync(flag, '')
    await rejectionOf((hot.api as unknown as { die(): Promise<never> }).die())
    await next('error', 2)
    expect(heard.error[1]?.message).toContain('still broken')
    expect(await rejectionOf(hot.api.stamp())).toMatchObject({ code: 'HOTLOAD_GENERATION_LOST' })
    expect(() => hot.lease()).toThrow(expect.objectContaining({ code: 'HOTLOAD_GENERATION_LOST' }))
    rmSync(flag)
    await vi.waitFor(async () => expect(await hot.api.stamp()).toBe(1))
  })

  it('state goes from one version to the next by handover() and takeover()', async () => {
    const { hot, source } = await start(withOrders(1), { confirm: false })
    const api = hot.api as unknown as { order(what: string): Promise<number>; all(): Promise<string[]> }
    await api.order('a')
    await api.order('b')
    source.publish(withOrders(2))
    await hot.check()
    await api.order('c')
    expect([await hot.api.stamp(), await api.all()]).toEqual([2, ['a', 'b', 'c']])
    source.publish(`${withOrders(3)}\nexport const quantity = 1`.replace('Array.isArray(from)', 'false'))
    const { quarantine } = await hot.check()
    expect(quarantine[0]?.reason).toContain('no list')
    expect(await api.all()).toEqual(['a', 'b', 'c'])
  })

  it('calls after the end, and before any version, are refused with a code', async () => {
    const { hot, heard } = await start('')
    expect(heard.error).toHaveLength(1)
    expect(await rejectionOf(hot.api.stamp())).toMatchObject({ code: 'HOTLOAD_NO_VERSION' })
    expect(() => hot.lease()).toThrow(expect.objectContaining({ code: 'HOTLOAD_NO_VERSION' }))
    await hot.close()
    expect(await rejectionOf(hot.api.stamp())).toMatchObject({ code: 'HOTLOAD_CLOSED' })
    expect(await rejectionOf(hot.check())).toMatchObject({ code: 'HOTLOAD_CLOSED' })
  })

  it('the api is no promise and hands out nothing by the names of prototypes', async () => {
    const { hot } = await start(stamped(1))
    const api = hot.api as unknown as {
      [Name in '__proto__' | 'constructor' | 'then']: () => Promise<unknown>
    }
    expect(await Promise.resolve(hot.api)).toBe(hot.api)
    expect(api.then).toBe(undefined)
    expect(await rejectionOf(api.__proto__())).toMatchObject({ code: 'HOTLOAD_NO_METHOD' })
    expect(await rejectionOf(api.constructor())).toMatchObject({ code: 'HOTLOAD_NO_METHOD' })
    expect(() => Object.setPrototypeOf(api, {})).toThrow(TypeError)
  })
})

function withOrders(version: number): string {
  return `${stamped(version)}
let orders = []
export const order = (what) => orders.push(what)
export const all = () => orders
export const handover = () => orders
export const takeover = (from) => { if (!Array.isArray(from)) throw new Error('no list'); orders = from }`
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { openStore, workerLoader } from '@whyreset/hotload'
import { describe, expect, it } from 'vitest'
import { deferred } from '../src/host/deferred.ts'
import { onCleanup, rejectionOf } from './host-package.ts'
import { memorySource, stamped } from './host-support.mjs'
import { newFolder, start } from './promises-support.ts'

/** Fails every fifth call. */
function flaky(version: number): string {
  return stamped(version).replace(
    'export async function quote(order) {',
    `let calls = 0\nexport async function quote(order) { if ((calls += 1) % 5 === 0) throw new Error('no rate');`,
  )
}

describe('P10: a bad version returns by itself', () => {
  it('20 % errors while it is watched: the previous one, kept warm, answers the very next call', async () => {
    const { hot, source, heard, next } = await start(stamped(1), {
      confirm: { for: '60s', maxErrorRate: 0.05, minCalls: 20 },
    })
    const first = hot.status().generations[0]
    source.publish(flaky(2))
    await hot.check()
    expect(hot.status()).toMatchObject({ version: '2.0.0', isConfirmed: false })
    const answers: number[] = []
    for (let at = 0; at < 40; at += 1) {
      const answer = await hot.api.quote({ amount: 1 }).catch(() => undefined)
      if (answer !== undefined) answers.push(answer.version)
    }
    const { error, to } = await next('rolledBack')
    expect(error).toMatchObject({ code: 'HOTLOAD_CONFIRM' })
    expect(error.message).toContain('4 of 20 calls failed, 5 % were allowed')
    expect(to).toBe('1.0.0')
    // 16 good ones of the bad version, and then the old one, in the isolate that was there all the time.
    expect(answers).toEqual([...Array<number>(16).fill(2), ...Array<number>(20).fill(1)])
    expect(hot.status().generations[0]).toMatchObject({ generation: first?.generation, role: 'current' })
    expect(hot.status().quarantine).toMatchObject([{ code: 'HOTLOAD_CONFIRM', seq: 2 }])
    await hot.check()
    expect(heard.activated).toHaveLength(2)
    expect(await hot.api.stamp()).toBe(1)
  })

  it('the provider is told what became of each version', async () => {
    const { hot, source, next } = await start(stamped(1), { confirm: { for: '60s', minCalls: 5 } })
    source.publish('throw new Error("no"); export {}')
    await hot.check()
    source.publish(flaky(3))
    await hot.check()
    for (let at = 0; at < 5; at += 1) await hot.api.quote({ amount: 1 }).catch(() => undefined)
    await next('rolledBack')
    expect(source.reports).toMatchObject([
      { event: 'activated', name: 'pricing', version: '1.0.0', seq: 1 },
      { event: 'rejected', version: '2.0.0', code: 'HOTLOAD_LOAD' },
      { event: 'activated', version: '3.0.0' },
      { event: 'rolledBack', version: '3.0.0', to: '1.0.0', code: 'HOTLOAD_CONFIRM' },
    ])
  })

  it('few calls are judged at the end of the time', async () => {
    const { hot, source, next } = await start(stamped(1), { confirm: { for: '1500ms', minCalls: 1000 } })
    await next('confirmed')
    source.publish(flaky(2))
    await hot.check()
    for (let at = 0; at < 5; at += 1) await hot.api.quote({ amount: 1 }).catch(() => undefined)
    expect((await next('rolledBack')).error.message).toContain('1 of 5 calls failed')
    expect(await hot.api.stamp()).toBe(1)
  })

  it('what callers do themselves is not held against it', async () => {
    const { hot, source, next } = await start(stamped(1), { confirm: { for: '400ms', minCalls: 2 } })
    await next('confirmed')
    source.publish(stamped(2).replace('slow(ms)', 'slow(ms, signal)'))
    await hot.check()
    const slow = hot.api.slow as (ms: number, signal: AbortSignal) => Promise<number>
    for (let at = 0; at < 5; at += 1) {
      expect((await rejectionOf(slow(60_000, AbortSignal.timeout(5)))).name).toBe('TimeoutError')
      const notData = (() => 1) as unknown as { amount: number }
      expect(await rejectionOf(hot.api.quote(notData))).toMatchObject({ code: 'HOTLOAD_ARGUMENT' })
    }
    expect(await next('confirmed', 2)).toMatchObject({ version: '2.0.0' })
  })

  it('one that ends its own worker while it is watched is left at once', async () => {
    const { hot, source, next } = await start(stamped(1))
    source.publish(
      stamped(2).replace('export const stamp = () => 2', 'export const stamp = () => process.exit(1)'),
    )
    await hot.check()
    expect(await rejectionOf(hot.api.stamp())).toMatchObject({ code: 'HOTLOAD_GENERATION_LOST' })
    expect(await hot.api.stamp()).toBe(1)
    expect((await next('rolledBack')).error.message).toContain('its thread ended with code 1')
  })

  it('a canary that fails has a share of the calls alone, and is never switched to', async () => {
    const { hot, source, heard, next } = await start(stamped(1), {
      confirm: { canary: 0.25, canaryFor: '60s', minCalls: 5, for: '60s' },
    })
    source.publish(flaky(2))
    const check = hot.check()
    const versions: number[] = []
    while (heard.rejected.length === 0) {
      const answer = await hot.api.quote({ amount: 1 }).catch(() => ({ version: 0 }))
      versions.push(answer.version)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await check
    expect((await next('rejected')).error.message).toContain('1 of 5 calls failed')
    expect(heard.activated.map(({ version }) => version)).toEqual(['1.0.0'])
    // From its first call on, every fourth one: 4 good ones and the one that failed.
    const during = versions.slice(versions.indexOf(2))
    expect(versions.filter((version) => version === 2)).toHaveLength(4)
    expect(during.slice(0, 17)).toEqual([2, 1, 1, 1, 2, 1, 1, 1, 2, 1, 1, 1, 2, 1, 1, 1, 0])
  })

  it('a canary that does well is switched to, then watched, then confirmed; the previous one is ended then', async () => {
    const { hot, source, next } = await start(stamped(1), {
      confirm: { canary: 0.5, canaryFor: '100ms', for: '1500ms' },
    })
    await next('confirmed')
    source.publish(stamped(2))
    const status = await hot.check()
    expect(status.generations.map(({ role }) => role)).toEqual(['current', 'previous'])
    expect(await next('confirmed', 2)).toMatchObject({ version: '2.0.0' })
    expect(hot.status().generations.map(({ role }) => role)).toEqual(['current'])
  })

  it('a version that comes while another is watched replaces it, and the return goes to the confirmed one', async () => {
    const { hot, source, next } = await start(stamped(1), { confirm: { for: '60s', minCalls: 5 } })
    source.publish(stamped(2))
    await hot.check()
    source.publish(flaky(3))
    await hot.check()
    expect(hot.status().generations.map(({ role, version }) => [role, version])).toEqual([
      ['current', '3.0.0'],
      ['previous', '1.0.0'],
    ])
    for (let at = 0; at < 5; at += 1) await hot.api.quote({ amount: 1 }).catch(() => undefined)
    expect(await next('rolledBack')).toMatchObject({ version: '3.0.0', to: '1.0.0' })
    expect(await hot.api.stamp()).toBe(1)
  })

  it('rollback() returns, also without a warm version, and what left stays away until it is published anew', async () => {
    const { hot, source, next } = await start(stamped(1), { confirm: false })
    source.publish(stamped(2))
    await hot.check()
    await next('drained')
    await hot.rollback()
    expect(await hot.api.stamp()).toBe(1)
    await hot.check()
    expect(await hot.api.stamp()).toBe(1)
    expect(await rejectionOf(hot.rollback())).toMatchObject({ code: 'HOTLOAD_NO_VERSION' })
    source.publish(stamped(2), { version: '2.0.0' })
    await hot.check()
    expect(await hot.api.stamp()).toBe(2)
  })

  it.each([
    ['is loaded', 'await new Promise(() => setInterval(() => {}, 1000))'],
    ['is probed', ''],
  ])('rollback() ends a version that %s meanwhile, and keeps it away as well', async (_, topLevel) => {
    const reached = deferred<void>()
    const loader = workerLoader()
    const { hot, source, heard, next } = await start(stamped(1), {
      startTimeout: '1h',
      probeTimeout: '1h',
      isolation: {
        isolation: 'worker',
        load: (pkg, context) => {
          if (pkg.manifest.seq === 3 && topLevel !== '') reached.resolve()
          return loader.load(pkg, context)
        },
      },
      probe: async (api) => {
        if ((await api.stamp()) !== 3) return
        reached.resolve()
        await new Promise(() => undefined)
      },
    })
    source.publish(stamped(2))
    await hot.check()
    source.publish(`${stamped(3)}\n${topLevel}`)
    const checked = hot.check()
    await reached.promise
    await hot.rollback()
    expect(await hot.api.stamp()).toBe(1)
    expect(await next('rejected')).toMatchObject({
      version: '3.0.0',
      error: { message: '3.0.0 was on its way when 2.0.0 was rolled back by hand' },
    })
    await checked
    const { generations, quarantine } = hot.status()
    expect(generations.map(({ role, version }) => [role, version])).toEqual([['current', '1.0.0']])
    expect(new Set(quarantine.map(({ seq }) => seq))).toEqual(new Set([2, 3]))
    await hot.check()
    expect([await hot.api.stamp(), heard.rejected.length]).toEqual([1, 1])
    source.publish(stamped(4))
    await hot.check()
    expect(await hot.api.stamp()).toBe(4)
  })

  it('pin() holds on to a version, and letting go takes what is offered', async () => {
    const { hot, source } = await start(stamped(1))
    source.publish(stamped(2))
    await hot.check()
    await hot.pin('1.0.0')
    expect(await hot.api.stamp()).toBe(1)
    source.publish(stamped(3))
    await hot.check()
    expect([await hot.api.stamp(), hot.status().pinned]).toEqual([1, '1.0.0'])
    await hot.pin(undefined)
    await hot.check()
    expect(await hot.api.stamp()).toBe(3)
  })

  it('a version that the provider takes back is left by whoever runs it', async () => {
    const { hot, source, next } = await start(stamped(1), { confirm: false })
    const second = source.publish(stamped(2))
    await hot.check()
    source.publish(stamped(2), { ...second, seq: 3, retracted: true })
    await hot.check()
    expect((await next('rolledBack')).error.message).toContain('was taken back by the provider')
    expect(await hot.api.stamp()).toBe(1)
  })

  it('starts without the provider from the store, and goes on with what was confirmed', async () => {
    const folder = newFolder()
    const first = await start(stamped(1), { store: folder, confirm: false })
    await first.hot.close()
    const second = await start('', { store: folder })
    expect(second.source.counters.checks).toBe(0)
    expect(await second.hot.api.stamp()).toBe(1)
    expect(second.hot.status()).toMatchObject({ isConfirmed: true })
    await second.hot.close()
  })

  it('a version that does not start any more at the next start of the process is left for the one before', async () => {
    const folder = newFolder()
    const first = await start(stamped(1), { store: folder, confirm: false })
    first.source.publish(`if (process.env.BROKEN) throw new Error('not here');\n${stamped(2)}`)
    await first.hot.check()
    expect(await first.hot.api.stamp()).toBe(2)
    await first.hot.close()
    const isolation = workerLoader({ env: { BROKEN: 'yes' } })
    const second = await start('', { store: folder, isolation }, first.source)
    expect(second.heard.rolledBack).toMatchObject([{ version: '2.0.0', to: '1.0.0' }])
    expect(second.heard.rolledBack[0]?.error.message).toContain('not here')
    expect(await second.hot.api.stamp()).toBe(1)
  })

  it('an orderly end while it is watched is no crash; the watch goes on after it', async () => {
    const folder = newFolder()
    const source = memorySource()
    const first = await start(stamped(1), { store: folder, confirm: false }, source)
    await first.hot.close()
    for (let at = 0; at < 4; at += 1) {
      const again = await start('', { store: folder, confirm: { for: '60s', minCalls: 5 } }, source)
      if (at === 0) {
        source.publish(flaky(2))
        await again.hot.check()
      }
      expect(again.hot.status()).toMatchObject({ version: '2.0.0', isConfirmed: false })
      await again.hot.close()
    }
    const last = await start('', { store: folder, confirm: { for: '60s', minCalls: 5 } }, source)
    for (let at = 0; at < 5; at += 1) await last.hot.api.quote({ amount: 1 }).catch(() => undefined)
    expect(await last.next('rolledBack')).toMatchObject({ version: '2.0.0', to: '1.0.0' })
    expect(await last.hot.api.stamp()).toBe(1)
  })

  it('a version that ends the process three times before it is confirmed is left at the next start', async () => {
    const folder = newFolder()
    const seen: string[] = []
    for (let at = 0; at < 5; at += 1) seen.push(await runUntilKilled(folder))
    expect(seen).toEqual(['1.0.0 to 2.0.0', '2.0.0', '2.0.0', '1.0.0', '1.0.0'])
    const store = await openStore(folder)
    onCleanup(() => store.close())
    expect(store.state).toMatchObject({
      current: { version: '1.0.0' },
      quarantine: [{ code: 'HOTLOAD_CONFIRM', reason: expect.stringContaining('ended 3 times before') }],
    })
  })

  it('a version that ends the process while it starts is not started a fourth time', async () => {
    const folder = newFolder()
    const seen: string[] = []
    for (let at = 0; at < 5; at += 1) seen.push(await runUntilKilled(folder, 'start'))
    expect(seen).toEqual(['1.0.0 to start', '1.0.0 to start', '1.0.0 to start', '1.0.0', '1.0.0'])
  })
})

/** Runs a host that takes the second version, and kills it with SIGKILL when it said what it runs. */
async function runUntilKilled(folder: string, second = '2.0.0'): Promise<string> {
  const program = fileURLToPath(new URL('promises-crash.mjs', import.meta.url))
  const child = spawn(process.execPath, [program, folder, second], { stdio: ['ignore', 'pipe', 'inherit'] })
  onCleanup(() => void child.kill('SIGKILL'))
  let said = ''
  for await (const chunk of child.stdout) {
    said += String(chunk)
    if (said.endsWith('.\n')) break
  }
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return said.trim().replace(/\.$/, '')
}

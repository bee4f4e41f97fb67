import { writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { artifact, openStore, workerLoader } from '@whyreset/hotload'
import { describe, expect, it } from 'vitest'
import { memorySource, stamped } from './host-support.mjs'
import { newFolder, start } from './promises-support.ts'

const UNBOUND = new AbortController().signal
const OOM = 'const all = []; for (;;) all.push(new Array(1e5).fill(all.length))'

type Failing = readonly [what: string, code: string, errorCode: string, why: string, limits?: Limits]
type Limits = { readonly startTimeout?: string; readonly probeTimeout?: string }

describe('P2: where the new version fails, the old one answers on, unchanged', () => {
  it.each<Failing>([
    ['throws at import', `throw new Error('no'); export {}`, 'HOTLOAD_LOAD', 'Error: no'],
    [
      'never ends its top-level await',
      `setInterval(() => {}, 1000); await new Promise(() => {}); export const quote = 1`,
      'HOTLOAD_LOAD',
      'took longer than 2000 ms',
      { startTimeout: '2s' },
    ],
    [
      'lacks an export',
      `export const stamp = () => 2`,
      'HOTLOAD_LOAD',
      'it has no function quote; it has stamp',
    ],
    [
      'ends its thread at import',
      `process.exit(0); export {}`,
      'HOTLOAD_LOAD',
      'its thread ended with code 0',
    ],
    ['takes all memory', OOM, 'HOTLOAD_LOAD', 'memory'],
    [
      'fails the probe',
      `export const quote = () => ({ total: 1 }); export const stamp = () => 2`,
      'HOTLOAD_PROBE',
      'it answered false',
    ],
    [
      'throws in the probe',
      `export const quote = () => { throw new Error('no rates') }; export const stamp = () => 2`,
      'HOTLOAD_PROBE',
      'no rates',
    ],
    [
      'does not end the probe',
      `export const quote = () => new Promise(() => {}); export const stamp = () => 2`,
      'HOTLOAD_PROBE',
      'the probe took longer than 2000 ms',
      { probeTimeout: '2s' },
    ],
    [
      'ends its thread in the probe',
      `export const quote = () => process.exit(1); export const stamp = () => 2`,
      'HOTLOAD_PROBE',
      'ended',
    ],
  ])('that %s', async (_, code, errorCode, why, limits = {}) => {
    const loader = workerLoader({ resourceLimits: { maxOldGenerationSizeMb: 32 } })
    const { hot, source, heard, next } = await start(stamped(1), {
      isolation: {
        isolation: 'worker',
        // The one that is good may take its time, on a machine that does much else.
        load: (pkg, context) =>
          loader.load(pkg, pkg.manifest.seq === 1 ? { ...context, signal: UNBOUND } : context),
      },
      startTimeout: '60s',
      probeTimeout: '60s',
      expects: ['quote', 'stamp'],
      probe: async (api) => (await api.quote({ amount: 0 })).total === 0,
      ...limits,
    })
    const [before] = hot.status().generations
    const slow = hot.api.slow(50)
    source.publish(code)
    const status = await hot.check()
    const { error, version } = await next('rejected')
    expect({ version, code: error.code }).toEqual({ version: '2.0.0', code: errorCode })
    expect(error.message).toContain(why)
    expect(status.generations).toHaveLength(1)
    expect(status.generations[0]).toMatchObject({ generation: before?.generation, version: '1.0.0' })
    expect([await slow, await hot.api.stamp()]).toEqual([1, 1])
    expect(heard.rolledBack).toEqual([])
    expect(status.quarantine).toMatchObject([{ code: errorCode, seq: 2, attempts: 1 }])
  })

  it.each([
    ['is made for another host', { host: '^3.0.0' }, '2.3.0', 'this host is 2.3.0'],
    ['asks for a host that does not say its version', { host: '*' }, undefined, 'does not say its version'],
  ])('that %s is not even fetched', async (_, fields, hostVersion, why) => {
    const { hot, source, next } = await start(stamped(1), hostVersion === undefined ? {} : { hostVersion })
    const { bytes } = source.counters
    source.publish(stamped(2), fields)
    await hot.check()
    const { error } = await next('rejected')
    expect(error).toMatchObject({ code: 'HOTLOAD_HOST_RANGE' })
    expect(error.message).toContain(why)
    expect(source.counters.bytes).toBe(bytes)
    expect(await hot.api.stamp()).toBe(1)
  })

  it('whose bytes are not those of its manifest', async () => {
    const { hot, source, next } = await start(stamped(1))
    const good = source.publish(stamped(2))
    source.publish(stamped(3), { sha512: good.sha512.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) })
    source.corrupt()
    await hot.check()
    expect((await next('rejected')).error).toMatchObject({ code: 'HOTLOAD_DIGEST' })
    expect(await hot.api.stamp()).toBe(1)
  })

  it('is not tried at each poll, and at once when it is published anew', async () => {
    const { hot, source, heard } = await start(stamped(1))
    source.publish(`throw new Error('no'); export {}`)
    await hot.check()
    await hot.check()
    await hot.check()
    expect(heard.rejected).toHaveLength(1)
    source.publish(`throw new Error('no'); export {}`)
    await hot.check()
    expect(heard.rejected).toHaveLength(2)
    source.publish(stamped(4))
    await hot.check()
    expect(await hot.api.stamp()).toBe(4)
  })

  it('and the validator is written with the outcome, not before it', async () => {
    const store = await openStore(newFolder())
    const etags: (string | undefined)[] = []
    const { hot, source } = await start(stamped(1), {
      store,
      probe: () => void etags.push(store.state.etag),
    })
    source.publish(stamped(2))
    await hot.check()
    expect(etags).toEqual([undefined, '"1"'])
    expect(store.state.etag).toBe('"2"')
    expect(store.state.pending).toMatchObject({ phase: 'active', manifest: { version: '2.0.0' } })
  })

  it('a package is loaded the same whatever the package.json above its store says', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}')
    const source = memorySource()
    source.publish('exports.stamp = () => 1', { fileName: 'index.js' })
    const { hot } = await start('', { store: join(folder, 'store') }, source)
    expect(await hot.api.stamp()).toBe(1)
  })

  it('an artifact that cannot be put into use leaves the one before in use', async () => {
    const inUse = new Set<string>()
    const source = memorySource()
    source.publish('one', { fileName: 'rules.jar' })
    const { hot, next } = await start(
      '',
      {
        isolation: artifact({
          activate: async (path) => {
            const text = await readFile(path, 'utf8')
            if (text === 'broken') throw new Error('not a jar')
            inUse.add(text)
            return { text, stamp: () => text.length }
          },
          probe: ({ text }) => text !== 'unloved',
          dispose: ({ text }) => void inUse.delete(text),
        }),
        confirm: false,
      },
      source,
    )
    expect(await hot.api.stamp()).toBe(3)
    source.publish('broken', { fileName: 'rules.jar' })
    await hot.check()
    expect((await next('rejected')).error.message).toContain('not a jar')
    source.publish('unloved', { fileName: 'rules.jar' })
    await hot.check()
    expect((await next('rejected', 2)).error).toMatchObject({ code: 'HOTLOAD_PROBE' })
    expect([...inUse]).toEqual(['one'])
    source.publish('second', { fileName: 'rules.jar' })
    await hot.check()
    await next('drained')
    expect(await hot.api.stamp()).toBe(6)
    await hot.close()
    expect([...inUse]).toEqual([])
  })
})

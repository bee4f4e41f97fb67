import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createProvider, ed25519Signer, generateKeys, httpSource, serveProvider } from '@whyreset/hotload'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { stamped } from './host-support.mjs'
import { onCleanup } from './host-package.ts'
import { newFolder, start } from './promises-support.ts'

const TEN_YEARS_MS = 10 * 365 * 86_400_000
const KEYS = generateKeys()

describe("P7: this machine's clock is set, and what answers goes on", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('ten years ahead: the check says that the clock may be wrong; set right, the next one brings the version', async () => {
    const { publish, source } = await startProvider()
    await publish(1)
    const { hot, heard } = await start('', { source, confirm: false })
    const lease = hot.lease()

    setClock(TEN_YEARS_MS)
    await publish(2)
    const status = await hot.check()
    expect(status.lastError).toMatch(/expired at 20.*or this machine's clock is wrong$/)
    expect(heard.error).toMatchObject([{ code: 'HOTLOAD_EXPIRED' }])
    expect([await hot.api.stamp(), await lease.api.stamp(), status.version]).toEqual([1, 1, '1.0.0'])
    expect(status.quarantine).toEqual([])

    setRight()
    const after = await hot.check()
    expect([await hot.api.stamp(), await lease.api.stamp()]).toEqual([2, 1])
    expect(after.lastError).toBeUndefined()
    lease.release()
  })

  it('ten years back: what is signed is not expired, and is taken', async () => {
    const { publish, source } = await startProvider()
    await publish(1)
    const { hot, heard } = await start('', { source, confirm: false })

    setClock(-TEN_YEARS_MS)
    await publish(2)
    await hot.check()
    expect(await hot.api.stamp()).toBe(2)

    setRight()
    await publish(3)
    await hot.check()
    expect(await hot.api.stamp()).toBe(3)
    expect(heard.error).toEqual([])
  })

  it('a start from the store asks no clock', async () => {
    const store = newFolder()
    const first = await start(stamped(1), { store })
    await first.hot.close()
    setClock(TEN_YEARS_MS)
    const { hot } = await start('', { store })
    expect(await hot.api.stamp()).toBe(1)
  })

  it('what was refused while it was ahead is not held back for ten years', async () => {
    const { hot, source, heard } = await start(stamped(1))
    setClock(TEN_YEARS_MS)
    source.publish(
      `if (!globalThis.process.env['HOTLOAD_TEST_RATES']) throw new Error('no rates'); ${stamped(2)}`,
    )
    onCleanup(() => void delete process.env['HOTLOAD_TEST_RATES'])
    await hot.check()
    expect(heard.rejected).toHaveLength(1)
    await hot.check()
    expect(heard.rejected).toHaveLength(1)

    process.env['HOTLOAD_TEST_RATES'] = 'there are some now'
    setRight()
    await hot.check()
    expect(await hot.api.stamp()).toBe(2)
  })

  it('what an operator rolled back stays so, whatever the clock says', async () => {
    const { hot, source } = await start(stamped(1), { confirm: { for: '1h' } })
    source.publish(stamped(2))
    await hot.check()
    await hot.rollback()
    for (const set of [() => setClock(TEN_YEARS_MS), () => setClock(-TEN_YEARS_MS), setRight]) {
      set()
      await hot.check()
      expect(await hot.api.stamp()).toBe(1)
    }
  })

  it('a version is watched for as long as it was to be, wherever the clock jumps', async () => {
    const { hot, source, next } = await start(stamped(1), { confirm: { for: '300ms' } })
    await next('confirmed')
    source.publish(stamped(2))
    await hot.check()
    setClock(-TEN_YEARS_MS)
    expect(await next('confirmed', 2)).toMatchObject({ version: '2.0.0' })
  })
})

describe('P7: the provider says that nothing is new, whatever is', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('and is asked without a validator once an hour', async () => {
    const { publish, source, lie } = await startProvider()
    await publish(1)
    vi.useFakeTimers({ toFake: ['performance'] })
    const { hot } = await start('', { source, confirm: false })
    await publish(2)
    const asked = lie()
    vi.advanceTimersByTime(59 * 60_000)
    await hot.check()
    expect([await hot.api.stamp(), asked.at(-1)]).toEqual([1, 'conditional'])
    vi.advanceTimersByTime(2 * 60_000)
    await hot.check()
    expect([await hot.api.stamp(), asked.at(-1)]).toEqual([2, 'unconditional'])
    // From then on for another hour with the validator again.
    await hot.check()
    expect(asked.at(-1)).toBe('conditional')
  })
})

/** The clock of this process; the provider has its own. */
function setClock(byMs: number): void {
  vi.setSystemTime(realNow().getTime() + byMs)
}

function setRight(): void {
  setClock(0)
}

function realNow(): Date {
  return new Date(performance.timeOrigin + performance.now())
}

/** A provider whose clock is right, and a source that asks it. */
async function startProvider() {
  const folder = newFolder()
  const provider = createProvider({
    dir: join(folder, 'releases'),
    sign: ed25519Signer(KEYS.privateKey),
    now: realNow,
  })
  const asked: ('conditional' | 'unconditional')[] = []
  let isLying = false
  const handler: typeof provider.handler = (request, response) => {
    const etag = request.headers['if-none-match']
    if (request.url?.endsWith('/manifest') === true)
      asked.push(etag === undefined ? 'unconditional' : 'conditional')
    if (isLying && etag !== undefined) response.writeHead(304, { etag }).end()
    else provider.handler(request, response)
  }
  const server = await serveProvider({ ...provider, handler }, { port: 0 })
  onCleanup(async () => {
    await server.close()
    await provider.close()
  })
  return {
    source: httpSource(server.url, { trust: [KEYS.publicKey], every: '1h' }),
    publish: async (version: number) => {
      const file = join(folder, 'pricing.mjs')
      writeFileSync(file, stamped(version))
      await provider.publish('pricing', file, { version: `${version}.0.0` })
    },
    /** From now on it answers 304 to whoever has a validator. */
    lie: () => {
      isLying = true
      return asked
    },
  }
}

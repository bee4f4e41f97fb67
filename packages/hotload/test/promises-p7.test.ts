import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createServer, type ServerResponse } from 'node:http'
import {
  createProvider,
  ed25519Signer,
  generateKeys,
  httpSource,
  serveProvider,
  type KeyPairText,
} from '@whyreset/hotload'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { stamped } from './host-support.mjs'
import { deferred } from '../src/host/deferred.ts'
import { onCleanup, rejectionOf } from './host-package.ts'
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

describe('P7: the provider is not there', () => {
  it('an empty store: the program starts, and has the version as soon as there is one', async () => {
    const port = await freePort()
    const source = httpSource(`http://127.0.0.1:${port}`, { trust: [KEYS.publicKey], every: '1h' })
    const { hot, heard } = await start('', { source, confirm: false })
    expect(hot.status().lastError).toContain('connection refused: is the provider running there?')
    expect(heard.error).toMatchObject([{ code: 'HOTLOAD_PROVIDER' }])
    expect(await rejectionOf(hot.api.stamp())).toMatchObject({ code: 'HOTLOAD_NO_VERSION' })
    const { publish } = await startProvider({ port })
    await publish(1)
    await hot.check()
    expect(await hot.api.stamp()).toBe(1)
  })

  it('it ends, and what answers goes on; it is back, and the next version comes', async () => {
    const { publish, source, server } = await startProvider()
    await publish(1)
    const { hot } = await start('', { source, confirm: false })
    await server.close()
    const { lastError } = await hot.check()
    expect(lastError).toContain('connection refused')
    expect(await hot.api.stamp()).toBe(1)
    const again = await startProvider({ port: server.port, seq: 2 })
    await again.publish(2)
    await hot.check()
    expect(await hot.api.stamp()).toBe(2)
  })

  it('it restarts in the middle of a body: the rest is fetched from the one that comes back', async () => {
    const { publish, source, server, folder, onBlob } = await startProvider()
    await publish(1)
    const { hot } = await start('', { source, confirm: false })
    await publish(2, 3_000_000)
    const back = deferred<Awaited<ReturnType<typeof startProvider>>>()
    onBlob((range, response) => {
      if (range !== 'bytes=1048576-2097151') return
      // With the first of its bytes it ends, connections and all.
      const write = response.write.bind(response)
      response.write = (chunk: Uint8Array) => {
        response.write = write
        const isTaken = response.write(chunk)
        setImmediate(() => {
          server.server.closeAllConnections()
          void server
            .close()
            .then(() => startProvider({ port: server.port, folder }))
            .then(back.resolve, back.reject)
        })
        return isTaken
      }
    })
    await hot.check()
    const { ranges } = await back.promise
    await vi.waitFor(async () => {
      await hot.check()
      expect(await hot.api.stamp()).toBe(2)
    })
    const [, from] = /^bytes=(\d+)-/.exec(ranges[0] ?? '') ?? []
    expect(Number(from)).toBeGreaterThanOrEqual(1_048_576)
    expect(hot.status().quarantine).toEqual([])
  })
})

describe('P2: what no trusted key signed, or is older than what was seen', () => {
  it.each([
    ['is signed by another key', 'HOTLOAD_SIGNATURE', { key: generateKeys(), seq: 2 }],
    ['has a lower number', 'HOTLOAD_REPLAY', { key: KEYS, seq: 1 }],
  ])('and %s is not fetched, and the version that answers stays', async (_, code, { key, seq }) => {
    const first = await startProvider({ seq: 5 })
    await first.publish(1)
    const { hot, heard } = await start('', { source: first.source, confirm: false })
    const [before] = hot.status().generations
    await first.server.close()
    const mirror = await startProvider({ port: first.server.port, key, seq })
    await mirror.publish(2)
    const status = await hot.check()
    expect(heard.error).toMatchObject([{ code }])
    expect(status.generations).toMatchObject([{ generation: before?.generation, version: '1.0.0' }])
    expect(await hot.api.stamp()).toBe(1)
    expect(mirror.ranges).toEqual([])
    expect(heard.rejected).toEqual([])
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

interface ProviderOf {
  readonly port?: number
  readonly folder?: string
  readonly key?: KeyPairText
  /** Of the next publication, at least. */
  readonly seq?: number
}

/** A provider whose clock is right, and a source that asks it. */
async function startProvider({ port = 0, folder = newFolder(), key = KEYS, seq = 1 }: ProviderOf = {}) {
  const provider = createProvider({
    dir: join(folder, 'releases'),
    sign: ed25519Signer(key.privateKey),
    now: realNow,
  })
  const asked: ('conditional' | 'unconditional')[] = []
  const ranges: (string | undefined)[] = []
  let isLying = false
  let seeBlob: ((range: string | undefined, response: ServerResponse) => void) | undefined
  const handler: typeof provider.handler = (request, response) => {
    const { range, 'if-none-match': etag } = request.headers
    if (request.url?.endsWith('/manifest') === true)
      asked.push(etag === undefined ? 'unconditional' : 'conditional')
    else if (request.url?.startsWith('/blobs/') === true) {
      ranges.push(range)
      seeBlob?.(range, response)
    }
    if (isLying && etag !== undefined) response.writeHead(304, { etag }).end()
    else provider.handler(request, response)
  }
  const server = await serveProvider({ ...provider, handler }, { port })
  onCleanup(async () => {
    await server.close()
    await provider.close()
  })
  return {
    source: httpSource(server.url, { trust: [KEYS.publicKey], every: '1h' }),
    server,
    folder,
    /** Of the requests for blobs. */
    ranges,
    publish: async (version: number, bytes = 0) => {
      const file = join(folder, 'pricing.mjs')
      writeFileSync(file, stamped(version).padEnd(bytes, '\n'))
      await provider.publish('pricing', file, { version: `${version}.0.0`, seq })
    },
    /** Before the provider answers. */
    onBlob: (see: typeof seeBlob) => {
      seeBlob = see
    },
    /** From now on it answers 304 to whoever has a validator. */
    lie: () => {
      isLying = true
      return asked
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port')
  return address.port
}

/**
 * All faults at once, drawn from a seed: broken packages of every kind, a provider that restarts, resets and stalls, versions
 * taken back, workers that die, a client that restarts, under callers with leases, streams and signals. What must hold is
 * counted; what went wrong is said with its seed.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createProvider,
  ed25519Signer,
  generateKeys,
  hotload,
  httpSource,
  serveProvider,
  workerLoader,
} from '@whyreset/hotload'
import { stamped } from './host-support.mjs'

const CALLERS = 24
/** How a version is broken, beside `good`; the host never uses the first ones, and leaves the last ones. */
const KINDS = {
  good: (version) => stamped(version),
  throws: () => `throw new Error('at import'); export {}`,
  hangs: () => `setInterval(() => {}, 1000); await new Promise(() => {}); export {}`,
  loops: () => 'for (;;);',
  exits: () => 'process.exit(3); export {}',
  'takes all memory': () => 'const all = []; for (;;) all.push(new Array(1e5).fill(all.length))',
  'lacks a function': (version) => `export const stamp = () => ${version}`,
  'fails the probe': (version) =>
    stamped(version).replace('export const stamp = () =>', 'export const stamp = () => -'),
  flaky: (version) =>
    stamped(version).replace(
      '{ return { version',
      `{ if (order.amount > 7) throw Object.assign(new Error('flaky'), { code: 'E_FLAKY' }); return { version`,
    ),
  dies: (version) =>
    stamped(version).replace(
      '{ return { version',
      '{ if (order.amount > 8) process.exit(4); return { version',
    ),
}
const NEVER_USED = new Set([
  'throws',
  'hangs',
  'loops',
  'exits',
  'takes all memory',
  'lacks a function',
  'fails the probe',
])
/** What a caller may meet while versions die or are cut: never a wrong answer, never another error. */
const ALLOWED = new Set(['E_FLAKY', 'HOTLOAD_GENERATION_LOST', 'HOTLOAD_DRAIN_TIMEOUT', 'HOTLOAD_CLOSED'])

/** @returns what was counted; `problems` is empty where everything held. */
export async function soak({ seed, seconds, say = () => undefined }) {
  const random = mulberry32(seed)
  const folder = mkdtempSync(join(tmpdir(), 'hotload-soak-'))
  const keys = generateKeys()
  const counts = {
    calls: 0,
    allowed: 0,
    published: 0,
    activated: 0,
    rejected: 0,
    rolledBack: 0,
    restarts: 0,
    cut: 0,
  }
  const problems = []
  const kinds = new Map()
  const problem = (what) => problems.length < 20 && problems.push(`seed ${seed}: ${what}`)
  const unhandled = (error) => problem(`unhandled: ${error?.stack ?? error}`)
  process.on('unhandledRejection', unhandled)

  const provider = createProvider({ dir: join(folder, 'releases'), sign: ed25519Signer(keys.privateKey) })
  let server = await serveProvider(provider)
  const wire = await faultyWire(() => server.port, random)
  let hot
  let version = 0

  async function publish(kind) {
    version += 1
    kinds.set(`${version}.0.0`, kind)
    const file = join(folder, 'index.mjs')
    writeFileSync(file, `${KINDS[kind](version)}\n// ${version}\n`)
    await provider.publish('pricing', file, { version: `${version}.0.0` })
    counts.published += 1
  }

  async function open() {
    hot = await hotload({
      name: 'pricing',
      source: httpSource(wire.url, { trust: [keys.publicKey], every: '200ms' }),
      store: join(folder, 'store'),
      isolation: workerLoader({ resourceLimits: { maxOldGenerationSizeMb: 32 } }),
      expects: ['quote', 'slow', 'ticks'],
      probe: async (api) => (await api.stamp()) > 0,
      // A good version is to start within it however busy the machine is.
      startTimeout: '5s',
      probeTimeout: '5s',
      drain: '500ms',
      confirm: { for: '300ms', minCalls: 5, canary: random() < 0.5 ? 0.2 : 0, canaryFor: '100ms' },
      on: {
        activated: ({ version: which }) => {
          counts.activated += 1
          if (NEVER_USED.has(kinds.get(which))) problem(`${which} (${kinds.get(which)}) was used`)
        },
        rejected: () => (counts.rejected += 1),
        rolledBack: () => (counts.rolledBack += 1),
        drained: ({ cut }) => (counts.cut += cut),
      },
    })
  }

  await publish('good')
  await open()
  const over = new AbortController()
  const callers = Array.from({ length: CALLERS }, async () => {
    while (!over.signal.aborted) {
      await callOnce(hot, random, counts, problem)
      await pause(2)
    }
  })

  const acts = {
    good: () => publish('good'),
    broken: () => publish(Object.keys(KINDS)[1 + Math.floor(random() * (Object.keys(KINDS).length - 1))]),
    retract: () => provider.retract('pricing').catch(() => undefined),
    check: () => hot.check().catch(() => undefined),
    rollback: () => hot.rollback().catch(() => undefined),
    'provider restarts': async () => {
      const closed = server.close()
      // A provider that is deployed anew does not wait for ever for those that a fault left hanging.
      const late = setTimeout(() => wire.cutAll(), 500)
      await closed
      clearTimeout(late)
      await pause(random() * 300)
      server = await serveProvider(createProviderAgain(), { port: 0 })
    },
    'wire faults': async () => {
      wire.setFault(['reset', 'stall', 'cut'][Math.floor(random() * 3)])
      await pause(random() * 500)
      wire.setFault(undefined)
    },
    'client restarts': async () => {
      const old = hot
      await old.close()
      await open()
      counts.restarts += 1
    },
  }
  function createProviderAgain() {
    const again = createProvider({ dir: join(folder, 'releases'), sign: ed25519Signer(keys.privateKey) })
    Object.assign(provider, again)
    return again
  }

  const names = Object.keys(acts)
  const end = Date.now() + seconds * 1000
  while (Date.now() < end) {
    const name = names[Math.floor(random() * names.length)]
    say(name)
    await acts[name]().catch((error) => problem(`${name}: ${error.stack}`))
    const { generations } = hot.status()
    if (generations.length > 3) problem(`${generations.length} generations at once`)
    await pause(random() * 150)
  }

  // The dust settles: what is offered last and is good answers in the end.
  wire.setFault(undefined)
  await publish('good')
  const deadline = Date.now() + 60_000
  while (hot.status().version !== `${version}.0.0` && Date.now() < deadline) {
    await hot.check()
    await pause(50)
  }
  if (hot.status().version !== `${version}.0.0`) {
    problem(`${version}.0.0 does not answer in the end: ${JSON.stringify(hot.status())}`)
  }
  over.abort()
  await Promise.all(callers)
  const { resets } = hot.status().source
  await hot.close()
  await wire.close()
  await server.close()
  process.off('unhandledRejection', unhandled)
  rmSync(folder, { recursive: true, force: true })
  return { seed, ...counts, resets, problems }
}

async function callOnce(hot, random, counts, problem) {
  let lease
  try {
    lease = hot.lease()
    const own = Number.parseInt(lease.version, 10)
    const draw = random()
    counts.calls += 1
    if (draw < 0.7) {
      const { version, total } = await lease.api.quote({ amount: Math.floor(random() * 10) })
      if (version !== own || total % own !== 0) problem(`${own} was answered by ${version}`)
    } else if (draw < 0.8) {
      if ((await lease.api.slow(random() * 50)) !== own) problem(`${own} was answered by another version`)
    } else if (draw < 0.9) {
      let next = 0
      for await (const { version, at } of await lease.api.ticks(100)) {
        if (version !== own || at !== next) problem(`a stream of ${own} gave ${version}, ${at} for ${next}`)
        next += 1
      }
      if (next !== 100) problem(`a stream ended after ${next}`)
    } else {
      const signal = AbortSignal.timeout(5)
      await lease.api.slow(1000, signal).catch((error) => {
        if (error.name !== 'TimeoutError') throw error
      })
    }
  } catch (error) {
    if (ALLOWED.has(error.code)) counts.allowed += 1
    else problem(`a caller met ${error.stack}`)
  } finally {
    lease?.release()
  }
}

/** Between client and provider: resets, holds back or cuts short what passes, while a fault is set. */
async function faultyWire(port, random) {
  const sockets = new Set()
  let fault
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ port: port(), host: '127.0.0.1', allowHalfOpen: true })
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ]) {
      sockets.add(from)
      from.on('error', () => to.destroy())
      from.on('close', () => sockets.delete(from))
      from.on('end', () => to.end())
      from.on('data', (bytes) => {
        if (fault === 'reset') {
          client.resetAndDestroy()
          upstream.destroy()
        } else if (fault === 'cut') {
          to.end(bytes.subarray(0, Math.floor(bytes.length * random())))
          from.destroy()
        } else if (fault === 'stall') {
          from.pause()
          setTimeout(() => {
            if (!to.writableEnded) to.write(bytes)
            from.resume()
          }, 200)
        } else if (!to.writableEnded) to.write(bytes)
      })
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cutAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    setFault: (next) => (fault = next),
    cutAll,
    async close() {
      cutAll()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function mulberry32(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Swaps under callers in each isolation, drain and return, as a plain script for each version of Node. */
import assert from 'node:assert/strict'
import { hotload, inlineLoader, processLoader } from '@whyreset/hotload'
import { memorySource, stamped, temporaryFolder } from './host-support.mjs'

const SWAPS = 10
const EXPORTS = '\nmodule.exports = { stamp, quote, slow, ticks }\n'
const isolations = { worker: 'worker', process: processLoader({ permissions: {} }), inline: inlineLoader() }

for (const [isolation, loader] of Object.entries(isolations)) await swaps(isolation, loader)
await drainAndStream()
await returnsByItself()
process.stdout.write(`${process.version} ok\n`)

async function swaps(isolation, loader) {
  const isInline = isolation === 'inline'
  const fields = isInline ? { fileName: 'index.cjs' } : {}
  const code = (version) =>
    isInline ? stamped(version).replace(/export (?=const|async|function)/g, '') + EXPORTS : stamped(version)
  await withHost(code(1), fields, { isolation: loader, confirm: false }, async ({ hot, source, heard }) => {
    const over = new AbortController()
    let calls = 0
    const caller = async () => {
      while (!over.signal.aborted) {
        const lease = hot.lease()
        const own = Number.parseInt(lease.version, 10)
        const { version } = await lease.api.quote({ amount: 1 })
        assert.equal(version, own)
        assert.equal(await lease.api.stamp(), own)
        lease.release()
        calls += 2
        await new Promise((done) => setTimeout(done, 2))
      }
    }
    const callers = Promise.all(Array.from({ length: 16 }, caller))
    for (let at = 2; at <= SWAPS; at += 1) {
      const isBroken = at % 5 === 0
      source.publish(isBroken ? `throw new Error('no')` : code(at), fields)
      const { version } = await hot.check()
      assert.equal(version === `${at}.0.0`, !isBroken)
    }
    over.abort()
    await callers
    assert.ok(calls > 50)
    assert.equal(heard.rejected.length, SWAPS / 5)
    assert.deepEqual(
      heard.error.map(({ message }) => message),
      [],
    )
  })
}

async function drainAndStream() {
  await withHost(stamped(1), {}, { confirm: false, drain: '3s' }, async ({ hot, source }) => {
    const stream = await hot.api.ticks(100)
    await stream.next()
    const slow = hot.api.slow(60_000).catch((error) => error.code)
    source.publish(stamped(2))
    await hot.check()
    const rest = []
    for await (const { version } of stream) rest.push(version)
    assert.deepEqual(rest, Array(99).fill(1))
    assert.equal(await slow, 'HOTLOAD_DRAIN_TIMEOUT')
    assert.equal(await hot.api.stamp(), 2)
  })
}

async function returnsByItself() {
  const bad = stamped(2).replace(
    '{ return { version',
    `{ if (order.amount % 5 === 0) throw new Error('no'); return { version`,
  )
  await withHost(stamped(1), {}, { confirm: { for: '60s' } }, async ({ hot, source }) => {
    const rolledBack = new Promise((resolve) => hot.on('rolledBack', resolve))
    source.publish(bad)
    await hot.check()
    for (let amount = 1; amount <= 30; amount += 1) await hot.api.quote({ amount }).catch(() => undefined)
    assert.equal(await hot.api.stamp(), 1)
    assert.equal((await rolledBack).error.code, 'HOTLOAD_CONFIRM')
  })
}

async function withHost(code, fields, options, use) {
  const store = temporaryFolder()
  const source = memorySource()
  source.publish(code, fields)
  const heard = { rejected: [], error: [] }
  const on = Object.fromEntries(
    Object.entries(heard).map(([name, list]) => [name, (event) => list.push(event)]),
  )
  const hot = await hotload({ name: 'pricing', source, store: store.folder, on, ...options })
  try {
    await use({ hot, source, heard })
  } finally {
    await hot.close()
    store.remove()
  }
}

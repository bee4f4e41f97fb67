/** Swaps under callers, every tenth of them of a broken version; prints a line of JSON. `node bench/hotload-swaps.mjs SWAPS CALLERS` */
import { hotload } from '@whyreset/hotload'
import { memorySource, stamped, temporaryFolder } from '../packages/hotload/test/host-support.mjs'

const [swaps, callers] = process.argv.slice(2).map(Number)
const store = temporaryFolder()
const source = memorySource()
source.publish(stamped(1))
const hot = await hotload({ name: 'pricing', source, store: store.folder, confirm: false, drain: '30s' })
const result = { calls: 0, failed: 0, mixed: 0, cut: 0, swapped: 0, refused: 0, times: [] }
hot.on('drained', ({ cut }) => (result.cut += cut))
hot.on('rejected', () => (result.refused += 1))

const over = new AbortController()
const running = Array.from({ length: callers }, async () => {
  while (!over.signal.aborted) {
    const lease = hot.lease()
    try {
      const own = Number.parseInt(lease.version, 10)
      const { version, total } = await lease.api.quote({ amount: 3 })
      result.calls += 1
      if (version !== own || total !== 3 * own) result.mixed += 1
      if (Math.random() < 0.1) await lease.api.slow(5)
    } catch {
      result.failed += 1
    } finally {
      lease.release()
    }
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
})
for (let version = 2; version <= swaps + 1; version += 1) {
  const isBroken = version % 10 === 0
  source.publish(isBroken ? `throw new Error('no'); export {}` : stamped(version))
  const start = performance.now()
  const status = await hot.check()
  if (isBroken) continue
  result.times.push(performance.now() - start)
  if (status.version === `${version}.0.0`) result.swapped += 1
}
over.abort()
await Promise.all(running)
await hot.close()
store.remove()
process.stdout.write(`${JSON.stringify(result)}\n`)

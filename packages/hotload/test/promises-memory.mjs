/**
 * Reloads in a process of its own; the last line of its output is JSON. `node --expose-gc promises-memory.mjs reload 120`
 * gives the growth for each reload, `dirty 40` the timers and listeners that packages left behind.
 */
import { hotload } from '@whyreset/hotload'
import { largeModule, memorySource, temporaryFolder } from './host-support.mjs'

const DIRTY = `
const state = new Uint8Array(5_000_000).fill(1)
setInterval(() => state.length, 1000)
process.on('message', () => state.length)
process.on('SIGUSR2', () => state.length)
export const stamp = () => state.length
`
const MB = 1024 * 1024
const [mode, count = '120'] = process.argv.slice(2)
const reloads = Number(count)
const store = temporaryFolder()
const source = memorySource()
const bytes = mode === 'dirty' ? 0 : MB

try {
  const code = (version) => (mode === 'dirty' ? `${DIRTY}// ${version}\n` : largeModule(bytes, version))
  source.publish(code(0))
  const hot = await hotload({ name: 'pricing', source, store: store.folder, confirm: false })
  const samples = []
  for (let at = 1; at <= reloads; at += 1) {
    source.publish(code(at))
    source.forget()
    const { version } = await hot.check()
    await hot.api.stamp()
    if (version !== `${at + 1}.0.0`) throw new Error(`reload ${at} gave ${version}`)
    if (at % 5 === 0) {
      globalThis.gc?.()
      samples.push({ at, mb: process.memoryUsage().rss / MB })
    }
  }
  const timers = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
  const listeners = process.listenerCount('message') + process.listenerCount('SIGUSR2')
  await hot.close()
  process.stdout.write(`${JSON.stringify({ reloads, samples, timers, listeners })}\n`)
} finally {
  store.remove()
}

/**
 * Reloads in a process of their own: `node --expose-gc bench/hotload-reloads.mjs PEER COUNT`. Prints what it knows so far as a
 * line of JSON after every ten reloads, so that a process that dies has said how far it came.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { largeModule } from '../packages/hotload/test/host-support.mjs'
import { PEERS } from './hotload-peers.mjs'

const MB = 1024 * 1024
const RESOLUTION_MS = 1
const [name, count] = process.argv.slice(2)
const peer = await PEERS[name]()
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
const samples = []
const times = []
const stalls = []

for (let version = 1; version <= Number(count); version += 1) {
  const esm = largeModule(MB, version)
  const cjs = `${esm.replace('export const stamp', 'const stamp')}\nmodule.exports = { stamp }\n`
  // Making the module is not part of it.
  await new Promise((resolve) => setTimeout(resolve, 5))
  delay.reset()
  delay.enable()
  const start = performance.now()
  await peer.reload(esm, cjs, version)
  times.push(performance.now() - start)
  // A stall is seen by the timer after it.
  await new Promise((resolve) => setTimeout(resolve, 3))
  delay.disable()
  stalls.push(delay.max / 1e6 - RESOLUTION_MS)
  if ((await peer.stamp()) !== version)
    throw new Error(`${name} answers with another version than ${version}`)
  globalThis.gc?.()
  samples.push({ at: version, mb: process.memoryUsage().rss / MB })
  if (version % 10 === 0) say()
}
say()
await peer.end()

function say() {
  process.stdout.write(`${JSON.stringify({ reloads: times.length, samples, times, stalls })}\n`)
}

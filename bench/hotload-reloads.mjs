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
/** Of a loop with nothing to do, for as long as a reload takes: what the machine does to it by itself. */
const idleStalls = []

for (let version = 1; version <= Number(count); version += 1) {
  const esm = largeModule(MB, version)
  const cjs = `${esm.replace('export const stamp', 'const stamp')}\nmodule.exports = { stamp }\n`
  // Making the module is not part of it.
  await pause(5)
  if (globalThis.gc !== undefined)
    idleStalls.push(await stallDuring(() => pause(Math.min(times.at(-1) ?? 50, 100))))
  const start = performance.now()
  const stall = await stallDuring(async () => {
    await peer.reload(esm, cjs, version)
    times.push(performance.now() - start)
  })
  stalls.push(stall)
  if ((await peer.stamp()) !== version)
    throw new Error(`${name} answers with another version than ${version}`)
  globalThis.gc?.()
  samples.push({ at: version, mb: process.memoryUsage().rss / MB })
  if (version % 10 === 0) say()
}
say()
await peer.end()

async function stallDuring(step) {
  delay.reset()
  delay.enable()
  await step()
  // A stall is seen by the timer after it.
  await pause(3)
  delay.disable()
  return Math.max(0, delay.max / 1e6 - RESOLUTION_MS)
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function say() {
  process.stdout.write(`${JSON.stringify({ reloads: times.length, samples, times, stalls, idleStalls })}\n`)
}

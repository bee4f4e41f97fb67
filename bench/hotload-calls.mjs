/** Calls a second of `add(a, b)`, one at a time and 64 in flight; prints a line of JSON. `node bench/hotload-calls.mjs ROUNDS` */
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { hotload, inlineLoader, processLoader } from '@whyreset/hotload'
import { memorySource } from '../packages/hotload/test/host-support.mjs'

const ESM = 'export const add = (a, b) => a + b'
const CJS = 'exports.add = (a, b) => a + b'
const IN_FLIGHT = 64
const SPAN_MS = 700
const rounds = Number(process.argv[2] ?? 5)
const require = createRequire(new URL('../packages/hotload/package.json', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'hotload-bench-'))

const contestants = {
  'hotload, worker': await hot('worker', ESM, 'index.mjs'),
  'bare postMessage, batched': bareBatched(),
  'bare postMessage': bare(),
  piscina: piscina(),
  'hotload, process': await hot(processLoader(), ESM, 'index.mjs'),
  'child_process.fork': forked(),
  'hotload, inline, through a lease': await leased(inlineLoader(), CJS, 'index.cjs'),
  'a function of this thread, awaited': { call: async (a, b) => a + b, end: () => undefined },
}

const results = Object.fromEntries(Object.keys(contestants).map((name) => [name, { one: [], many: [] }]))
for (let round = 0; round < rounds; round += 1) {
  for (const [name, { call }] of Object.entries(contestants)) {
    results[name].one.push(await perSecond(call, 1))
    results[name].many.push(await perSecond(call, IN_FLIGHT))
  }
}
for (const { end } of Object.values(contestants)) await end()
rmSync(folder, { recursive: true })
process.stdout.write(`${JSON.stringify(results)}\n`)

async function perSecond(call, inFlight) {
  const start = performance.now()
  let calls = 0
  let isOver = false
  const caller = async () => {
    while (!isOver) {
      // The clock is not part of it.
      for (let at = 0; at < 50; at += 1) await call(at, 1)
      calls += 50
      isOver ||= performance.now() - start > SPAN_MS
    }
  }
  await Promise.all(Array.from({ length: inFlight }, caller))
  return calls / ((performance.now() - start) / 1000)
}

async function hot(isolation, code, fileName) {
  const client = await openClient(isolation, code, fileName)
  return { call: (a, b) => client.api.add(a, b), end: () => client.close() }
}

async function leased(isolation, code, fileName) {
  const client = await openClient(isolation, code, fileName)
  const { api } = client.lease()
  return { call: (a, b) => api.add(a, b), end: () => client.close() }
}

async function openClient(isolation, code, fileName) {
  const source = memorySource()
  source.publish(code, { fileName })
  const store = join(folder, `store-${Math.random()}`)
  return hotload({ name: 'pricing', source, store, isolation, drain: '10ms' })
}

/** As fast as a message each way can be: no names, no errors, no cancelling. */
function bare() {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads')
     parentPort.on('message', ([id, a, b]) => parentPort.postMessage([id, a + b]))`,
    { eval: true },
  )
  const waiting = new Map()
  let next = 0
  worker.on('message', ([id, sum]) => {
    waiting.get(id)(sum)
    waiting.delete(id)
  })
  return {
    call: (a, b) =>
      new Promise((resolve) => {
        waiting.set((next += 1), resolve)
        worker.postMessage([next, a, b], [])
      }),
    end: () => worker.terminate(),
  }
}

/** The same with one message for all calls of a turn. */
function bareBatched() {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads')
     parentPort.on('message', (batch) => {
       const answer = []
       for (let at = 0; at < batch.length; at += 3) answer.push(batch[at], batch[at + 1] + batch[at + 2])
       parentPort.postMessage(answer)
     })`,
    { eval: true },
  )
  const waiting = new Map()
  let next = 0
  let batch = []
  worker.on('message', (answer) => {
    for (let at = 0; at < answer.length; at += 2) {
      waiting.get(answer[at])(answer[at + 1])
      waiting.delete(answer[at])
    }
  })
  const flush = () => {
    worker.postMessage(batch, [])
    batch = []
  }
  return {
    call: (a, b) =>
      new Promise((resolve) => {
        waiting.set((next += 1), resolve)
        if (batch.length === 0) queueMicrotask(() => process.nextTick(flush))
        batch.push(next, a, b)
      }),
    end: () => worker.terminate(),
  }
}

function piscina() {
  const { Piscina } = require('piscina')
  const filename = join(folder, 'piscina.mjs')
  writeFileSync(filename, 'export default ([a, b]) => a + b')
  const pool = new Piscina({ filename, minThreads: 1, maxThreads: 1, concurrentTasksPerWorker: IN_FLIGHT })
  return { call: (a, b) => pool.run([a, b]), end: () => pool.destroy() }
}

function forked() {
  const path = join(folder, 'forked.mjs')
  writeFileSync(path, `process.on('message', ([id, a, b]) => process.send([id, a + b]))`)
  const child = fork(path)
  const waiting = new Map()
  let next = 0
  child.on('message', ([id, sum]) => {
    waiting.get(id)(sum)
    waiting.delete(id)
  })
  return {
    call: (a, b) =>
      new Promise((resolve) => {
        waiting.set((next += 1), resolve)
        child.send([next, a, b])
      }),
    end: () => child.kill('SIGKILL'),
  }
}

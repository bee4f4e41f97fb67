/** Throughput of single readers of text on a stated input, against dist/: `node bench/functions.mjs`. */
import { Bench } from 'tinybench'
import { createGcLogReader } from '../packages/core/dist/read/gc-log/gc-log.js'
import { createLineSplitter } from '../packages/core/dist/read/text-lines.js'

const CHUNK_BYTES = 64 * 1024
const MILLISECONDS_EACH = 1000

const gcLog = repeated(
  40_000,
  (n) =>
    `[${(n / 50).toFixed(3)}s][info][gc] GC(${n}) Pause Young (Normal) (G1 Evacuation Pause) ${n % 900}M->${n % 300}M(1024M) ${((n % 90) / 7).toFixed(3)}ms`,
)
const appLog = repeated(
  40_000,
  (n) =>
    `2026-11-22 15:04:${String(n % 60).padStart(2, '0')},${String(n % 1000).padStart(3, '0')} WARN [http-nio-${n % 200}] o.a.c.Connector - request ${n} took ${n % 977} ms`,
)
const chineseLog = repeated(
  40_000,
  (n) => `2026-11-22 15:04:05 警告 [线程-${n % 200}] 连接被对端重置：请求 ${n}`,
)

const INPUTS = [
  ['line splitter, ASCII', appLog, split],
  ['line splitter, Chinese', chineseLog, split],
  ['garbage-collection log, unified', gcLog, readGcLog],
]

const bench = new Bench({ time: MILLISECONDS_EACH, throws: true })
for (const [name, bytes, run] of INPUTS) bench.add(name, () => run(bytes))
await bench.run()

console.table(
  bench.tasks.map(({ name, result }, index) => {
    const [, bytes] = INPUTS[index]
    const milliseconds = result.latency.p50
    return {
      reader: name,
      input: `${(bytes.length / 1e6).toFixed(1)} MB`,
      'median ms': milliseconds.toFixed(1),
      'MB/s': Math.round(bytes.length / 1e3 / milliseconds),
      runs: result.latency.samplesCount,
    }
  }),
)

function split(bytes) {
  let characters = 0
  feed(
    bytes,
    createLineSplitter((text) => {
      characters += text.length
    }),
  )
  return characters
}

function readGcLog(bytes) {
  const reader = createGcLogReader()
  feed(
    bytes,
    createLineSplitter((text, number) => reader.line(text, number, {})),
  )
  return reader.end()
}

function feed(bytes, splitter) {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) splitter.push(bytes.subarray(at, at + CHUNK_BYTES))
  splitter.end()
}

function repeated(lines, line) {
  return Buffer.from(Array.from({ length: lines }, (_, index) => `${line(index)}\n`).join(''))
}

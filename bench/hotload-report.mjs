import { cpus, release, totalmem } from 'node:os'

/** What the issue of hotload asks for. */
const TARGETS = { growthKb: 20, stallMs: 25, callsPerSecond: 300_000 }
/** Until then a heap finds its size. */
const WARM_UP = 100

export function report({ reloads, survival, calls, swaps, polls, isQuick }) {
  const own = reloads.hotload
  const growthKb = growthKbOf(own)
  const stallMs = Math.max(...own.stalls)
  const idleMs = Math.max(...own.idleStalls)
  const many = median(calls['hotload, worker'].many)
  const bare = median(calls['bare postMessage, batched'].many)
  const goals = [
    [
      'memory for each reload of 1 MB',
      `${growthKb.toFixed(1)} KB`,
      `< ${TARGETS.growthKb} KB`,
      growthKb < TARGETS.growthKb,
    ],
    [
      'longest stall of the event loop in a switch',
      `${ms(stallMs)}; 95 %: ${ms(quantile(own.stalls, 0.95))}; an idle loop: ${ms(idleMs)}`,
      `< ${TARGETS.stallMs} ms`,
      stallMs < TARGETS.stallMs ||
        (idleMs >= TARGETS.stallMs ? 'cannot be told: so did an idle loop' : false),
    ],
    [
      'calls a second, 64 in flight',
      thousands(many),
      `≥ ${thousands(TARGETS.callsPerSecond)}`,
      many >= TARGETS.callsPerSecond,
    ],
    [
      'failed, mixed and cut calls in the swaps',
      `${swaps.failed}, ${swaps.mixed}, ${swaps.cut}`,
      '0, 0, 0',
      swaps.failed + swaps.mixed + swaps.cut === 0,
    ],
  ]
  return `# Benchmarks of hotload

Measured on ${new Date().toISOString().slice(0, 10)} by \`npm run bench:hotload -- --write\`${isQuick ? ' **--quick**' : ''}: everything in one run, on a machine
that does other things beside it. Ratios are worth more than numbers.

- Machine: ${cpus()[0]?.model}, ${cpus().length} cores, ${(totalmem() / 1e9).toFixed(1)} GB of memory, Linux ${release()}
- Node ${process.versions.node}

${table([['target', 'measured', 'wanted', 'met'], ...goals.map(([...cells]) => [...cells.slice(0, 3), isQuick ? 'not judged' : verdictOf(cells[3])])])}

## Loading a module of 1 MB again and again

Every one of its functions runs once. Memory is what the process that reloads holds (resident, after a forced collection); its
growth is the slope after the first ${WARM_UP} reloads, or the second half of fewer. The last column is without forced collections, in a heap of
256 MB.

${table([
  [
    '',
    'reloads',
    'memory, first and last',
    'for each reload',
    'reload, median',
    '95 %',
    'stall, 95 %',
    'longest stall',
    'idle: 95 %, longest',
    'in 256 MB',
  ],
  ...Object.entries(reloads).map(([name, result]) => [
    name,
    result.reloads,
    `${Math.round(result.samples[0].mb)} → ${Math.round(result.samples.at(-1).mb)} MB`,
    `${Math.round(growthKbOf(result))} KB`,
    ms(median(result.times)),
    ms(quantile(result.times, 0.95)),
    ms(quantile(result.stalls, 0.95)),
    ms(Math.max(...result.stalls)),
    `${ms(quantile(result.idleStalls, 0.95))}, ${ms(Math.max(...result.idleStalls))}`,
    survivalOf(survival[name]),
  ]),
])}

hotload's time holds what the others leave out: three states and the blob are written and synced, the digest is verified, the old version
is drained. The stall is of the host's event loop: with \`import()\` and live-plugin-manager the host is where the module is compiled and run. "Idle" is a loop
with nothing to do, watched for as long before each reload: what this machine does to any process.

## Calls a second

\`add(a, b)\`, median of ${calls.piscina.one.length} rounds. A message between two threads costs what waking the other one costs, which here changes up to sixfold
with the core that the scheduler chose: see the slowest and the fastest.

${table([
  [
    '',
    'one at a time',
    'slowest – fastest',
    '64 in flight',
    'slowest – fastest',
    '÷ batched postMessage, 64',
  ],
  ...Object.entries(calls).map(([name, { one, many: together }]) => [
    name,
    thousands(median(one)),
    `${thousands(Math.min(...one))} – ${thousands(Math.max(...one))}`,
    thousands(median(together)),
    `${thousands(Math.min(...together))} – ${thousands(Math.max(...together))}`,
    (median(together) / bare).toFixed(2),
  ]),
])}

"Batched postMessage" is the least that could do it: arrays of numbers each way, without names, errors, streams, cancelling or leases.

## Swaps under callers

${swaps.swapped + swaps.refused} publications, ${swaps.refused} of them broken, while 64 callers call: **${swaps.swapped} swapped, ${swaps.refused} refused, ${swaps.calls.toLocaleString('en-US')} calls, ${swaps.failed} failed,
${swaps.mixed} answered by another version than their lease's, ${swaps.cut} cut**. From the check to the new version: ${ms(median(swaps.times))} median, ${ms(quantile(swaps.times, 0.95))} for 95 %.

## Polls

${table([
  ['', 'checks a second', 'bytes read for each', 'connections', 'resets'],
  ...polls.map(({ name, perSecond, bytes, connections, resets }) => [
    name,
    thousands(perSecond),
    Math.round(bytes),
    connections,
    resets,
  ]),
])}
`
}

function verdictOf(met) {
  return typeof met === 'string' ? met : met ? 'yes' : '**no**'
}

function survivalOf({ wanted, done, isAlive }) {
  return isAlive ? `${wanted} reloads` : `**dies** after ${done}`
}

/** Least squares. */
function growthKbOf({ samples }) {
  const late = samples.slice(Math.min(WARM_UP, Math.floor(samples.length / 2)))
  const meanAt = late.reduce((sum, { at }) => sum + at, 0) / late.length
  const meanMb = late.reduce((sum, { mb }) => sum + mb, 0) / late.length
  const above = late.reduce((sum, { at, mb }) => sum + (at - meanAt) * (mb - meanMb), 0)
  return (above / late.reduce((sum, { at }) => sum + (at - meanAt) ** 2, 0)) * 1024
}

function median(values) {
  return quantile(values, 0.5)
}

function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}

function ms(value) {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`
}

function thousands(value) {
  return Math.round(value).toLocaleString('en-US')
}

/** The first column to the left, numbers to the right. */
function table(cells) {
  const rows = cells.map((row) => row.map(String))
  const widths = rows[0].map((_, column) => Math.max(3, ...rows.map((row) => row[column].length)))
  const line = (row) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join(' | ')} |`
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  return [line(rows[0]), rule, ...rows.slice(1).map(line)].join('\n')
}

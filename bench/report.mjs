import { cpus, release, totalmem, type } from 'node:os'
import { goals } from './goals.mjs'
import { meterName } from './measure.mjs'

const COLUMNS = [
  '',
  'time',
  'slowest',
  'CPU',
  'speed',
  'packets/s',
  'peak memory',
  '÷ tcpdump',
  '÷ tshark',
  'runs',
]

/** One scenario as a Markdown table that is also readable as it is. Ratios are of the times: 0.5 is twice as fast. */
export function table({ title, packets, connections, resets, fileBytes, rows }) {
  const timeOf = (name) => rows.find((row) => row.name.startsWith(name))?.seconds
  const [tcpdump, tshark] = [timeOf('tcpdump'), timeOf('tshark')]
  const cells = rows.map((row) => [
    row.name,
    seconds(row.seconds),
    seconds(row.slowest),
    seconds(row.cpuSeconds),
    `${number(fileBytes / row.seconds / 1e6)} MB/s`,
    `${number(packets / row.seconds / 1e6)} M`,
    row.peakBytes === undefined ? '' : `${number(row.peakBytes / 1e6)} MB`,
    ratio(row.seconds, tcpdump),
    ratio(row.seconds, tshark),
    String(row.runs),
  ])
  const what = `${count(packets)} packets, ${count(connections)} connections, ${count(resets)} resets, ${number(fileBytes / 1e6)} MB`
  return `\n## ${title}\n\n${what}.\n\n${aligned([COLUMNS, ...cells])}\n`
}

/** The whole page, with what another person needs to judge the numbers or to repeat them. */
export function report(results, { rounds, quick, toolVersions }) {
  const processors = cpus()
  return `# Benchmarks

Measured on ${new Date().toISOString().slice(0, 10)} by \`npm run bench -- --write${quick ? ' --quick' : ''}\`, which makes the captures, runs every command in
turn (rounds: ${rounds}), and reports the median time (tshark and tcptrace run once). Output goes to /dev/null, the
capture is in the page cache, memory is the largest resident set. Of the environment, the commands are given PATH, HOME
and TMPDIR. Ratios are of times: 0.50 is twice as fast.

- Machine: ${processors[0]?.model.trim() ?? 'unknown processor'}, ${processors.length} cores, ${number(totalmem() / 1e9)} GB of memory, ${type()} ${release()}
- Node ${process.versions.node}; ${toolVersions.join('; ')}
- Processor time and memory: ${meterName}
${results.map(table).join('')}${
    quick
      ? ''
      : `
## Goals

${goals(results).join('\n')}
`
  }`
}

/** A column without a value in any row is left out. */
function aligned(all) {
  const used = COLUMNS.map((_, column) => all.slice(1).some((row) => row[column] !== ''))
  const rows = all.map((row) => row.filter((_, column) => used[column]))
  const widths = rows[0].map((_, column) => Math.max(3, ...rows.map((row) => row[column].length)))
  const line = (row) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join(' | ')} |`
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  const [head, ...body] = rows
  return [line(head), rule, ...body.map(line)].join('\n')
}

function seconds(value) {
  return value === undefined || Number.isNaN(value) ? '' : `${value.toFixed(2)} s`
}

function ratio(value, reference) {
  return reference === undefined ? '' : (value / reference).toFixed(value / reference < 0.1 ? 3 : 2)
}

/** Three significant digits at most. */
function number(value) {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3).replace(/\.?0+$/, '')
}

function count(value) {
  return value.toLocaleString('en')
}

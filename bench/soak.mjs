/**
 * What a watch costs over time: `node bench/soak.mjs [--seconds 3600] [--rate 500] [--abort-every 20] [--with ab]`.
 * A network namespace of its own with loopback alone holds a server and clients; `whyreset watch` looks at it, and every
 * ten seconds its own metrics are read. Every --abort-every seconds some connections are reset, so that evidence is
 * written, analysed and removed again and again. `--with ab` takes nginx and ApacheBench, which reach 20,000 connections
 * a second where Node reaches some thousands. Root, and nothing else running on the machine, are wanted.
 */
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const MAIN = fileURLToPath(new URL('../packages/cli/dist/main.js', import.meta.url))
const PORT = 8080
const SAMPLE_MS = 10_000
/** Memory still grows to its bounds: the packets' ring, the collector's own idea of enough. */
const WARM_UP_SHARE = 0.25

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3600' },
    rate: { type: 'string', default: '500' },
    'abort-every': { type: 'string', default: '20' },
    ring: { type: 'string', default: '64MB' },
    with: { type: 'string', default: 'node' },
  },
})
const seconds = Number(values.seconds)
const rate = Number(values.rate)
const namespace = `whyreset-soak-${process.pid}`
const folder = mkdtempSync(join(tmpdir(), 'whyreset-soak-'))
const running = []

const SERVER = `
  require('node:net').createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', () => socket.end('HTTP/1.1 200 OK\\r\\nconnection: close\\r\\n\\r\\n' + 'x'.repeat(2000)))
  }).listen(${PORT}, '127.0.0.1', 4096, () => console.log('listening'))
`
/** Opens as many connections a second as it is told; those that it cannot open in time it leaves out. */
const CLIENT = `
  const net = require('node:net')
  let owed = 0, open = 0
  setInterval(() => {
    owed = Math.min(owed + ${rate} / 50, ${rate})
    for (; owed >= 1 && open < 500; owed--) {
      open++
      const socket = net.connect(${PORT}, '127.0.0.1', () => socket.write('GET /x HTTP/1.1\\r\\nhost: soak\\r\\n\\r\\n'))
      socket.on('error', () => {}).on('close', () => open--).resume()
    }
  }, 20)
`
const ABORT = `
  const net = require('node:net')
  setInterval(() => {
    for (let i = 0; i < 10; i++) {
      const socket = net.connect(${PORT}, '127.0.0.1', () => socket.write('GET /abort HTTP/1.1\\r\\nhost: soak\\r\\n\\r\\n'))
      socket.on('error', () => {}).once('data', () => socket.resetAndDestroy())
    }
  }, ${Number(values['abort-every']) * 1000})
`
const NGINX = `
  worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log;
  events { worker_connections 4096; }
  http { access_log off; keepalive_timeout 0;
    server { listen 127.0.0.1:${PORT} backlog=4096; location / { return 200 "${'x'.repeat(200)}"; } } }
`

function inside(program, args, stdio = ['ignore', 'pipe', 'ignore']) {
  const child = spawn('ip', ['netns', 'exec', namespace, program, ...args], { stdio })
  running.push(child)
  return child
}

async function startTraffic() {
  if (values.with === 'ab') {
    writeFileSync(join(folder, 'nginx.conf'), NGINX)
    inside('nginx', ['-c', join(folder, 'nginx.conf')])
    await new Promise((resolve) => setTimeout(resolve, 1000))
    void abRounds()
  } else {
    const server = inside(process.execPath, ['-e', SERVER])
    await new Promise((resolve) => server.stdout.once('data', resolve))
    inside(process.execPath, ['-e', CLIENT])
  }
  inside(process.execPath, ['-e', ABORT])
}

const over = new AbortController()

/** A tenth of a second's connections at a time, and then a pause: ApacheBench knows no rate. */
async function abRounds() {
  const begin = Date.now()
  for (let done = 0; !over.signal.aborted; done += rate / 10) {
    const ab = inside(
      'ab',
      ['-q', '-c', '32', '-n', String(rate / 10), `http://127.0.0.1:${PORT}/`],
      'ignore',
    )
    await new Promise((resolve) => ab.once('exit', resolve))
    running.splice(running.indexOf(ab), 1)
    const early = begin + ((done + rate / 10) / rate) * 1000 - Date.now()
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early))
  }
}

async function startWatch() {
  const args = [
    'watch',
    `netns:${namespace}`,
    '-o',
    join(folder, 'evidence'),
    '--json',
    '--ring',
    values.ring,
  ]
  const child = spawn(process.execPath, [MAIN, ...args, '--metrics', '127.0.0.1:0'])
  running.push(child)
  const events = new Map()
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { event, says } = JSON.parse(line)
    events.set(event, (events.get(event) ?? 0) + 1)
    // Nothing leaks here: a warning would be wrong.
    if (event === 'warning') console.log(`warning: ${says.text}`)
  })
  const url = await new Promise((resolve, reject) => {
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said += text
      const [, found] = /metrics at (\S+)/.exec(said) ?? []
      if (found !== undefined) resolve(found)
    })
    child.once('exit', () => reject(new Error(said)))
  })
  return { child, url, events }
}

async function scrape(url) {
  const text = await (await fetch(url)).text()
  const value = (name) => Number(new RegExp(`^whyreset_${name} (\\S+)$`, 'm').exec(text)?.[1])
  return {
    atMs: performance.now(),
    connections: value('connection_attempts_total'),
    packets: value('packets_total'),
    dropped: value('dropped_packets_total'),
    resets: value('reset_segments_total'),
    cpuSeconds: value('cpu_seconds_total'),
    rssMb: value('resident_memory_bytes') / 1e6,
  }
}

function shareOf(a, b) {
  return ((b.cpuSeconds - a.cpuSeconds) / ((b.atMs - a.atMs) / 1000)) * 100
}

function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length
}

try {
  execFileSync('ip', ['netns', 'add', namespace])
  execFileSync('ip', ['-n', namespace, 'link', 'set', 'lo', 'up'])
  const settings = ['net.ipv4.ip_local_port_range=1024 65000', 'net.ipv4.tcp_tw_reuse=1']
  execFileSync('ip', ['netns', 'exec', namespace, 'sysctl', '-qw', ...settings])
  const { child, url, events } = await startWatch()
  await startTraffic()
  const samples = [await scrape(url)]
  console.log('    s  connections/s   packets/s  dropped  CPU %   RSS MB')
  while ((samples.at(-1).atMs - samples[0].atMs) / 1000 < seconds) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(SAMPLE_MS, seconds * 1000)))
    const before = samples.at(-1)
    const now = await scrape(url)
    samples.push(now)
    const passed = (now.atMs - before.atMs) / 1000
    const columns = [
      ((now.atMs - samples[0].atMs) / 1000).toFixed(0).padStart(5),
      ((now.connections - before.connections) / passed).toFixed(0).padStart(14),
      ((now.packets - before.packets) / passed).toFixed(0).padStart(11),
      String(now.dropped - before.dropped).padStart(8),
      shareOf(before, now).toFixed(1).padStart(6),
      now.rssMb.toFixed(0).padStart(8),
    ]
    console.log(columns.join(' '))
  }
  over.abort()
  child.kill('SIGINT')
  await new Promise((resolve) => child.once('exit', resolve))
  const warm = samples.slice(Math.floor(samples.length * WARM_UP_SHARE))
  const half = Math.floor(warm.length / 2)
  const first = samples[0]
  const last = samples.at(-1)
  const summary = {
    node: process.version,
    processors: cpus().length,
    seconds: Math.round((last.atMs - first.atMs) / 1000),
    connections: last.connections,
    packets: last.packets,
    dropped: last.dropped,
    resets: last.resets,
    cpuPercent: Number(shareOf(first, last).toFixed(1)),
    rssMb: {
      firstHalf: Math.round(mean(warm.slice(0, half).map(({ rssMb }) => rssMb))),
      secondHalf: Math.round(mean(warm.slice(half).map(({ rssMb }) => rssMb))),
      highest: Math.round(Math.max(...samples.map(({ rssMb }) => rssMb))),
    },
    events: Object.fromEntries(events),
  }
  console.log(JSON.stringify(summary, undefined, 2))
} finally {
  over.abort()
  for (const child of running) child.kill('SIGKILL')
  try {
    // What `ip netns exec` started may have children of its own: nginx has workers.
    const pids = execFileSync('ip', ['netns', 'pids', namespace]).toString().split('\n').filter(Boolean)
    for (const pid of pids) process.kill(Number(pid), 'SIGKILL')
    execFileSync('ip', ['netns', 'delete', namespace])
  } catch (error) {
    console.error(String(error))
  }
  rmSync(folder, { recursive: true, force: true })
}

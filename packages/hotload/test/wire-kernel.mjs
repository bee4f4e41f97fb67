/**
 * Polls, downloads, cancels and closes inside a network namespace, and prints what the kernel counted (JSON).
 * Run by wire-kernel.test.ts: `unshare -n node wire-kernel.mjs FOLDER [careless]`, against dist/. The careless client cancels
 * bodies as everybody does, to show that the same counters see it.
 */
import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { join } from 'node:path'
import {
  createProvider,
  ed25519Signer,
  generateKeys,
  httpSource,
  openStore,
  serveProvider,
} from '../dist/index.js'

const MIB = 1024 * 1024
const KEYS = generateKeys()
const NAME = 'pricing'
/** RFC 863: nobody answers there, and no packet to it is TCP. */
const DISCARD = 9
const folder = process.argv[2]
if (folder === undefined) throw new Error('the folder to work in was wanted')

execFileSync('ip', ['link', 'set', 'lo', 'up'])
const capture = join(folder, 'wire.pcap')
const flags = ['-i', 'lo', '--immediate-mode', '-U', '-s', '160', '-B', '65536', '-w', capture]
const tcpdump = spawn('tcpdump', [...flags, `tcp or udp dst port ${DISCARD}`], {
  stdio: ['ignore', 'ignore', 'pipe'],
})
await heard(tcpdump.stderr, 'listening on')

const tls = certificate()
const before = { counters: kernelCounters(), descriptors: descriptors() }
const totals = { checks: 0, failed: 0, bytes: 0, connections: 0, resets: 0 }
const worst = { closeWait: 0, open: 0 }

const dir = join(folder, 'releases')
const store = await openStore(join(folder, 'store'))
const provider = createProvider({ dir, sign: ed25519Signer(KEYS.privateKey) })
const blob = join(folder, 'pricing.bin')
writeFileSync(blob, randomBytes(8 * MIB))
await provider.publish(NAME, blob, { version: '1.0.0' })

if (process.argv[3] === 'careless') await careless(await serveProvider(provider))
else await orderly()
await store.close()
await provider.close()
await nothingOpen()

await allCaptured()
tcpdump.kill('SIGINT')
const dropped = /(\d+) packets dropped by kernel/.exec(await restOf(tcpdump))?.[1]
const after = { counters: kernelCounters(), descriptors: descriptors() }
const counted = Object.fromEntries(
  Object.entries(after.counters).map(([name, value]) => [name, value - before.counters[name]]),
)
const measured = {
  counted,
  states: socketStates(),
  worst,
  descriptors: { before: before.descriptors, after: after.descriptors },
  totals,
  suffered: (await provider.status()).resets,
  dropped: Number(dropped),
  capture,
}
process.stdout.write(`${JSON.stringify(measured)}\n`)

async function orderly() {
  await exercise(await serveProvider(provider), {}, 700)
  await exercise(await serveProvider(provider, { tls }), { tls: { ca: tls.cert } }, 300)
  await idleCloses(createServer({ keepAliveTimeout: 300 }, lying), 'http')
  await idleCloses(createTlsServer({ ...tls, keepAliveTimeout: 300 }, lying), 'https')
  await errors(createServer(failing), 'http')
  await errors(createTlsServer(tls, failing), 'https')
  await trickles(createServer(trickling))
}

/** Polls, downloads of 8 MB, downloads that are cancelled, reports, a wait that the shutdown ends. */
async function exercise(server, options, polls) {
  const source = httpSource(server.url, { trust: [KEYS.publicKey], push: true, ...options })
  const offer = await check(source)
  for (let poll = 1; poll < polls; poll++) {
    const result = await check(source, { etag: offer.etag })
    if (result.kind !== 'unchanged') throw new Error(`${result.kind}: ${result.error}`)
    if (poll % 50 === 0) look()
  }
  for (let round = 0; round < 3; round++) {
    const { writer, bytes } = memory()
    await source.download(offer.manifest, writer, new AbortController().signal)
    if (bytes() !== 8 * MIB) throw new Error(`${bytes()} bytes came`)
    source.report({ name: NAME, round })
  }
  for (let round = 0; round < 7; round++) {
    const controller = new AbortController()
    const { writer } = memory((bytes) => bytes > round * MIB && controller.abort())
    await source.download(offer.manifest, writer, controller.signal).then(
      () => fail('a cancelled download succeeded'),
      () => look(),
    )
  }
  for (let round = 0; round < 5; round++) {
    const controller = new AbortController()
    const waiting = check(source, { etag: offer.etag, waitMs: 30_000, signal: controller.signal })
    await until(async () => (await provider.status()).waiting > 0)
    controller.abort()
    await waiting
  }
  const waiting = check(source, { etag: offer.etag, waitMs: 30_000 })
  await until(async () => (await provider.status()).waiting > 0)
  await source.close()
  await waiting
  add(source)
  await new Promise((resolve) => {
    server.server.close(resolve)
    server.server.closeIdleConnections()
  })
}

/** Promises to keep connections for a minute, and closes them after 300 ms (and Node's second of grace). */
function lying(request, response) {
  request.resume()
  response.writeHead(304, { etag: '"a"', 'keep-alive': 'timeout=60', connection: 'keep-alive' }).end()
}

async function idleCloses(server, protocol) {
  await withServer(server, protocol, async (source) => {
    for (let round = 0; round < 3; round++) {
      await check(source, { etag: '"a"' })
      await until(() => openSockets() === 0)
    }
  })
}

/** Errors with bodies, and redirects with bodies. */
function failing(request, response) {
  request.resume()
  const hop = Number(/\d+/.exec(request.url)?.[0] ?? 0)
  if (hop < 3) response.writeHead(302, { location: `/${hop + 1}/x` }).end('moved '.repeat(2000))
  else response.writeHead(500).end('sorry '.repeat(20_000))
}

async function errors(server, protocol) {
  await withServer(server, protocol, async (source) => {
    for (let round = 0; round < 50; round++) {
      const result = await check(source)
      if (result.kind !== 'failed') throw new Error('an error was taken for an answer')
    }
    look()
  })
}

/** A byte a moment, until the client is gone. */
function trickling(request, response) {
  request.resume()
  response.writeHead(200, { 'content-length': 60_000 })
  const timer = setInterval(() => response.write(' '), 5)
  response.once('close', () => clearInterval(timer))
}

async function trickles(server) {
  await withServer(server, 'http', async (source) => {
    for (let round = 0; round < 5; round++) {
      const controller = new AbortController()
      const checked = check(source, { signal: controller.signal })
      await once(server, 'request')
      controller.abort()
      await checked
    }
  })
}

async function careless(server) {
  const { sha512 } = await provider.publish(NAME, blob, { version: '1.0.1' })
  for (let round = 0; round < 5; round++) {
    const response = await fetch(`${server.url}/blobs/sha512/${sha512}`)
    await response.body.cancel()
  }
  await server.close()
}

async function withServer(server, protocol, work) {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `${protocol}://127.0.0.1:${server.address().port}`
  const source = httpSource(url, { trust: [KEYS.publicKey], tls: { ca: tls.cert } })
  await work(source)
  await source.close()
  add(source)
  server.close()
  server.closeIdleConnections()
}

function check(source, over = {}) {
  const signal = new AbortController().signal
  return source.check({ name: NAME, highWater: 0, clientId: 'kernel', signal, store, ...over })
}

function memory(onBytes = () => undefined) {
  let length = 0
  const writer = {
    get offset() {
      return length
    },
    write(chunk) {
      length += chunk.byteLength
      onBytes(length)
      return Promise.resolve()
    },
    restart: () => fail('a download began again'),
  }
  return { writer, bytes: () => length }
}

function fail(message) {
  throw new Error(message)
}

function add(source) {
  for (const name of Object.keys(totals)) totals[name] += source.counters[name]
}

function look() {
  const states = socketStates()
  worst.closeWait = Math.max(worst.closeWait, states.CLOSE_WAIT ?? 0)
  worst.open = Math.max(worst.open, openSockets())
}

/** In a namespace of our own every connection is ours. */
function socketStates() {
  const names = {
    '01': 'ESTABLISHED',
    '04': 'FIN_WAIT1',
    '05': 'FIN_WAIT2',
    '06': 'TIME_WAIT',
    '08': 'CLOSE_WAIT',
  }
  const states = {}
  for (const line of readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1)) {
    const name = names[line.trim().split(/\s+/)[3]]
    if (name !== undefined) states[name] = (states[name] ?? 0) + 1
  }
  return states
}

function openSockets() {
  const { TIME_WAIT: _, ...open } = socketStates()
  return Object.values(open).reduce((sum, count) => sum + count, 0)
}

function nothingOpen() {
  return until(() => openSockets() === 0)
}

/** What tcpdump has not read when it is ended is lost: it has read all that came before a mark when it has written that. */
async function allCaptured() {
  const mark = randomBytes(16)
  const socket = createSocket('udp4')
  await new Promise((resolve) => socket.send(mark, DISCARD, '127.0.0.1', resolve))
  socket.close()
  await once(socket, 'close')
  await until(() => readFileSync(capture).includes(mark))
}

function descriptors() {
  return readdirSync('/proc/self/fd').length
}

function kernelCounters() {
  const wanted = {
    OutRsts: table('/proc/net/snmp', 'Tcp').OutRsts,
    TCPAbortOnClose: table('/proc/net/netstat', 'TcpExt').TCPAbortOnClose,
    TCPAbortOnData: table('/proc/net/netstat', 'TcpExt').TCPAbortOnData,
  }
  return wanted
}

function table(path, prefix) {
  const [names, values] = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(`${prefix}:`))
    .map((line) => line.split(' ').slice(1))
  return Object.fromEntries(names.map((name, index) => [name, Number(values[index])]))
}

function certificate() {
  const key = join(folder, 'tls.key')
  const cert = join(folder, 'tls.crt')
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  const made = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    key,
    '-out',
    cert,
  ]
  execFileSync('openssl', ['req', '-x509', '-days', '2', ...made, ...subject], { stdio: 'ignore' })
  return { key: readFileSync(key), cert: readFileSync(cert), minVersion: 'TLSv1.3' }
}

async function until(holds) {
  const endMs = performance.now() + 60_000
  while (!(await holds())) {
    if (performance.now() > endMs)
      fail(`still not so after a minute: ${holds} ${JSON.stringify(socketStates())}`)
    await new Promise((resolve) => {
      setTimeout(resolve, 20)
    })
  }
}

async function heard(stream, words) {
  let text = ''
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    text += chunk
    if (text.includes(words)) return
  }
  fail(`tcpdump: ${text}`)
}

async function restOf(child) {
  let text = ''
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  await once(child, 'close')
  return text
}

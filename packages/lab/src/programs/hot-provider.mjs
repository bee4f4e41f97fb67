/**
 * A hotload provider that publishes a new version every now and then, and answers `GET /latest` and `GET /list` as a plain
 * file server does. It knows which of its connections were reset under it.
 */
import { createServer } from 'node:http'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { heard, log, options, pause, tell } from './tell.mjs'

const { createProvider, ed25519Signer, generateKeys } = await import(options.hotload)

const keys = generateKeys()
const provider = createProvider({
  dir: join(options.folder, 'releases'),
  sign: ed25519Signer(keys.privateKey),
})
const list = Buffer.alloc(options.listBytes, 'package ')
const latest = { bytes: Buffer.alloc(0), modified: new Date().toUTCString() }
/** Connections that ended with an error or before their answer did: each is told once. A client's port may come again. */
const lost = new WeakSet()

await publish(1)
const server = createServer((request, response) => {
  const { socket } = request
  const { remoteAddress, remotePort } = socket
  response.on('close', () => {
    log('INFO', `${request.method} ${request.url} ${response.statusCode}`)
    if (!response.writableFinished) lose(socket, remoteAddress, remotePort)
  })
  if (request.url === '/latest') return plain(response, latest.bytes)
  if (request.url === '/list') return plain(response, list)
  provider.handler(request, response)
})
// It ends idle connections; a client that nobody closes keeps them in CLOSE_WAIT.
server.keepAliveTimeout = options.keepAliveMs
server.keepAliveTimeoutBuffer = 0
server.on('connection', (socket) => {
  const { remoteAddress, remotePort } = socket
  socket.on('error', (error) => {
    log('ERROR', `${remoteAddress}:${remotePort}: ${error.message}`)
    lose(socket, remoteAddress, remotePort)
  })
})
server.listen(options.port, options.host, 1024, () => tell('ready', { publicKey: keys.publicKey }))
await heard()
for (let version = 2; version <= options.versions; version++) {
  await pause(options.everyMs)
  await publish(version)
}

async function publish(version) {
  const path = join(options.folder, 'extension.cjs')
  // Most of a package is code that is seldom called.
  const filler = '// '.padEnd(options.packageBytes, `version ${version} `)
  writeFileSync(path, `exports.answer = () => ${version}\n${filler}\n`)
  latest.bytes = Buffer.from(`exports.answer = () => ${version}\n${filler}\n`)
  latest.modified = new Date().toUTCString()
  await provider.publish('extension', path, { version: `1.${version}.0` })
  log('INFO', `published extension 1.${version}.0`)
}

function plain(response, bytes) {
  response.writeHead(200, {
    'content-length': bytes.length,
    'content-type': 'application/octet-stream',
    'last-modified': latest.modified,
  })
  response.end(bytes)
}

function lose(socket, address, port) {
  if (lost.has(socket)) return
  lost.add(socket)
  tell('lost', { address, port })
}

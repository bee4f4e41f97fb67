/**
 * A file server. `GET /any?bytes=N` answers N bytes; `&wait=MS` after a wait; `&drip=MS` in pieces with a pause
 * between. It knows which of its connections were reset under it.
 */
import { createServer } from 'node:http'
import { log, options, pause, tell } from './tell.mjs'

const PIECE = Buffer.alloc(64 * 1024, 'whyreset ')

/** Connections that ended before their answer did, or with an error: each is told once. A client's port may come again. */
const lost = new WeakSet()

const server = createServer(async (request, response) => {
  const url = new URL(request.url ?? '/', 'http://lab')
  const number = (name) => Number(url.searchParams.get(name) ?? 0)
  const bytes = number('bytes')
  request.resume()
  await pause(number('wait'))
  response.writeHead(200, {
    'content-length': bytes,
    'content-type': 'application/octet-stream',
    'last-modified': new Date(Date.UTC(2026, 10, 1)).toUTCString(),
  })
  if (request.method === 'HEAD') return response.end()
  const { socket } = request
  const port = socket.remotePort
  response.on('close', () => {
    log('INFO', `${request.method} ${request.url} 200`)
    if (!response.writableFinished) lose(socket, port)
  })
  if (number('drip') > 0) return drip(response, bytes, number('drip'))
  send(response, bytes)
})
server.keepAliveTimeout = options.keepAliveMs ?? 60_000
if (options.keepAliveMs !== undefined) server.keepAliveTimeoutBuffer = 0
server.on('connection', (socket) => {
  const port = socket.remotePort
  socket.on('error', (error) => {
    log('ERROR', `${socket.remoteAddress ?? ''}:${port}: ${error.message}`)
    lose(socket, port)
  })
})
server.listen(options.port, options.host, 1024, () => {
  log('INFO', `listening on ${options.port}`)
  tell('ready')
})

function lose(socket, port) {
  if (lost.has(socket)) return
  lost.add(socket)
  tell('lost', { port })
}

function send(response, left) {
  for (let rest = left; rest > 0;) {
    const piece = rest >= PIECE.length ? PIECE : PIECE.subarray(0, rest)
    rest -= piece.length
    if (!response.write(piece)) return void response.once('drain', () => send(response, rest))
  }
  response.end()
}

async function drip(response, bytes, everyMs) {
  for (let sent = 0; sent < bytes && !response.destroyed; sent += 100) {
    response.write(PIECE.subarray(0, Math.min(100, bytes - sent)))
    await pause(everyMs)
  }
  response.end()
}

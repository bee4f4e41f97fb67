/**
 * An HTTP server that finishes what it began, whether or not the client is still there: `?bytes=N&wait=MS&drip=MS` as
 * in http-server.mjs.
 */
import { createServer } from 'node:net'
import { log, options, pause, tell } from './tell.mjs'

const server = createServer({ allowHalfOpen: true }, (socket) => {
  const port = socket.remotePort
  let head = ''
  socket.on('error', (error) => {
    log('WARN', `${port}: ${error.message}`)
    tell('lost', { port })
  })
  socket.on('data', async (data) => {
    head += data.toString('latin1')
    if (!head.includes('\r\n\r\n')) return
    const url = new URL(head.split(' ', 2)[1] ?? '/', 'http://lab')
    head = ''
    const number = (name) => Number(url.searchParams.get(name) ?? 0)
    await pause(number('wait'))
    const bytes = number('bytes')
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes}\r\nContent-Type: text/plain\r\n\r\n`)
    const drip = number('drip')
    for (let sent = 0; sent < bytes && !socket.destroyed; sent += drip > 0 ? 100 : bytes) {
      socket.write('d'.repeat(Math.min(drip > 0 ? 100 : bytes, bytes - sent)))
      if (drip > 0) await pause(drip)
    }
    log('INFO', `${port} ${url.pathname} 200`)
    if (socket.readableEnded) socket.end()
  })
  socket.on('end', () => setTimeout(() => socket.end(), 4000))
})
server.listen(options.port, options.host, () => {
  log('INFO', `listening on ${options.port}`)
  tell('ready')
})

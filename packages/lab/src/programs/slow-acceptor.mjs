/** Accepts what waits, then is busy with something that blocks its loop, again and again. */
import { createServer } from 'node:net'
import { log, options, tell } from './tell.mjs'

const server = createServer((socket) => {
  socket.on('error', (error) => log('WARN', `${socket.remotePort}: ${error.message}`))
  socket.once('data', () => socket.end('+\n'))
})
server.listen({ host: options.host, port: options.port, backlog: options.backlog }, () => {
  log('INFO', `listening on ${options.port}`)
  tell('ready')
  setInterval(work, 30)
})

function work() {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, options.busyMs)
}

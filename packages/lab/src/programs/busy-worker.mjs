/** Accepts, is then busy with something that blocks its loop, and stops listening when it comes back. */
import { createServer } from 'node:net'
import { heard, log, options, pause, tell } from './tell.mjs'

const server = createServer((socket) => socket.end('+\n'))
server.listen({ host: options.host, port: options.port, backlog: 128 }, () => {
  log('INFO', `listening on ${options.port}`)
  tell('ready')
})
await heard()
await pause(options.busyAfterMs)
log('INFO', 'building the index')
tell('busy')
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, options.busyMs)
log('WARN', 'shutdown was asked for meanwhile')
server.close()
setInterval(() => undefined, 1000)

/** An HTTP server that closes a connection with FIN when it was idle for `idleMs`. */
import { createServer } from 'node:net'
import { log, options, tell } from './tell.mjs'

const BODY = '{"items":[1,2,3]}'

const server = createServer((socket) => {
  let head = ''
  socket.setNoDelay(true)
  socket.on('error', (error) => log('WARN', `${socket.remotePort}: ${error.message}`))
  socket.setTimeout(options.idleMs, () => {
    log('INFO', `${socket.remotePort}: idle, closed`)
    socket.end(() => socket.destroy())
  })
  socket.on('data', (data) => {
    head += data.toString('latin1')
    if (!head.includes('\r\n\r\n')) return
    head = ''
    // It came before the socket was gone: it is not answered, and not reset either.
    if (socket.writableEnded) tell('read-late')
    else
      socket.write(
        `HTTP/1.1 200 OK\r\nContent-Length: ${BODY.length}\r\nConnection: keep-alive\r\n\r\n${BODY}`,
      )
  })
})
server.listen(options.port, options.host, () => {
  log('INFO', `listening on ${options.port}`)
  tell('ready')
})

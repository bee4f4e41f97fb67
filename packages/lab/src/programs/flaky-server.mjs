/** Answers, but closes without an answer when asked for /flaky. */
import { createServer } from 'node:net'
import { log, options, tell } from './tell.mjs'

const server = createServer((socket) => {
  let head = ''
  socket.on('error', (error) => log('WARN', `${socket.remotePort}: ${error.message}`))
  socket.on('data', (data) => {
    head += data.toString('latin1')
    if (!head.includes('\r\n\r\n')) return
    if (head.includes('/flaky')) {
      log('WARN', `${socket.remotePort}: worker is restarting, request dropped`)
      tell('dropped')
      socket.end()
    } else socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok')
  })
})
server.listen(options.port, options.host, () => {
  log('INFO', `listening on ${options.port}`)
  tell('ready')
})

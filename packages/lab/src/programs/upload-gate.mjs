/** Answers POST with an error after its head, and closes with the body unread; GET is served. */
import { createServer } from 'node:net'
import { log, options, tell } from './tell.mjs'

const TEXT = {
  307: 'Temporary Redirect\r\nLocation: /elsewhere',
  401: 'Unauthorized',
  413: 'Content Too Large',
}

const server = createServer((socket) => {
  let head = ''
  socket.on('error', (error) => log('WARN', `${socket.remotePort}: ${error.message}`))
  socket.on('data', function take(data) {
    head += data.toString('latin1')
    if (!head.includes('\r\n\r\n')) return
    socket.off('data', take)
    const [method, path] = head.split(' ', 2)
    if (method !== 'POST') {
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok')
      return
    }
    socket.pause()
    log('WARN', `POST ${path}: ${options.status}`)
    tell('refused')
    const answer = `HTTP/1.1 ${options.status} ${TEXT[options.status]}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`
    socket.write(answer, () => setTimeout(() => socket.destroy(), options.lingerMs))
  })
})
server.listen(options.port, options.host, () => {
  log('INFO', `listening on ${options.port}`)
  tell('ready')
})

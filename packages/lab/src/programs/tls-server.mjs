/** An HTTPS server. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { log, options, tell } from './tell.mjs'

const server = createServer(
  { key: readFileSync(options.key), cert: readFileSync(options.cert) },
  (request, response) => {
    request.resume()
    request.on('end', () => response.end('{"ok":true}'))
  },
)
server.on('tlsClientError', (error, socket) => {
  log('ERROR', `${socket.remoteAddress ?? ''}:${socket.remotePort ?? ''}: ${error.message}`)
  tell('tls-error', { code: error.code })
})
server.listen(options.port, options.host, () => {
  log('INFO', `listening on ${options.port}`)
  tell('ready')
})

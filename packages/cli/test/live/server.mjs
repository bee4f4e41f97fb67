/** A provider: large answers for `/big`, a reset after the request for `/reset`. Prints what goes wrong. */
import { createServer } from 'node:http'

const [, , host, port] = process.argv
const body = Buffer.alloc(8 << 20, 'x')
const server = createServer((request, response) => {
  request.socket.once('error', (error) =>
    process.stdout.write(`${new Date().toISOString()} ERROR read ${error.code}: connection reset by peer\n`),
  )
  if (request.url === '/reset') request.socket.resetAndDestroy()
  else response.end(body)
})
server.keepAliveTimeout = 60_000
server.listen(Number(port), host, () => process.stdout.write('listening\n'))

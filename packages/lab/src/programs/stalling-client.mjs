/** Two of three connections stop in the head of their request; it waits for a server that is not there yet. */
import { connect } from 'node:net'
import { heard, log, options, pause, tell } from './tell.mjs'
import { resetCheck } from './reset-check.mjs'

const { host, port } = options

await reachable()
tell('ready')
await heard()
await Promise.all(Array.from({ length: options.connections }, (_, index) => session(index)))
tell('done')

async function session(index) {
  await pause(index * options.gapMs)
  const end = index % 3 === 0 ? '\r\nConnection: close\r\n\r\n' : '\r\nX-Signal: lo'
  await new Promise((resolve) => {
    const socket = connect({ host, port }, () => {
      const wasReset = resetCheck(socket)
      socket.on('end', () => {
        if (wasReset()) tell('reset')
      })
      socket.write(`GET /phone/${index} HTTP/1.1\r\nHost: m${end}`)
    })
    socket.resume()
    socket.on('error', (error) => {
      log('ERROR', `phone ${index}: ${error.code}`)
      if (error.code === 'ECONNRESET') tell('reset')
    })
    socket.on('close', resolve)
  })
}

async function reachable() {
  for (let tries = 0; tries < 100; tries++) {
    const isUp = await new Promise((resolve) => {
      const socket = connect({ host, port }, () => {
        socket.end()
        resolve(true)
      })
      socket.on('error', () => resolve(false))
    })
    if (isUp) return
    await pause(100)
  }
  throw new Error(`${host}:${port} does not accept connections`)
}

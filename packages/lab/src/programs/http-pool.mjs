/**
 * A pool of HTTP connections that never looks whether the other side has closed. Each sends a request, and again
 * after each pause; the last `early` connections come back after half the last pause.
 */
import { connect } from 'node:net'
import { heard, log, options, pause, tell } from './tell.mjs'

const { host, port, connections, early = 0 } = options

tell('ready')
await heard()
await Promise.all(Array.from({ length: connections + early }, (_, index) => session(index)))
tell('done')

async function session(index) {
  await pause(index * options.gapMs)
  const socket = connect({ host, port, allowHalfOpen: true })
  socket.setNoDelay(true)
  const trouble = new Promise((_, reject) => socket.on('error', reject))
  trouble.catch(() => undefined)
  const ask = (number) => {
    const answer = new Promise((resolve) => socket.once('data', resolve))
    socket.write(`GET /item/${index}/${number} HTTP/1.1\r\nHost: shop\r\n\r\n`)
    return Promise.race([answer, trouble, unanswered()])
  }
  try {
    await ask(0)
    for (const [number, ms] of options.pausesMs.entries()) {
      const isLast = number === options.pausesMs.length - 1
      await pause(isLast && index >= connections ? ms / 2 : ms)
      await ask(number + 1)
    }
    tell('served')
  } catch (error) {
    log('ERROR', `item ${index}: ${error.message}`)
    tell('reset')
  }
  socket.end()
}

/** After a FIN that nobody looked at, Node does not say that the connection was reset. */
async function unanswered() {
  await pause(2000)
  throw new Error('no answer')
}

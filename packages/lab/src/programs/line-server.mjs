/**
 * A server of a line protocol: each line gets a line back. Options beyond `host`, `port`, `backlog`:
 * `replyBytes`, or `silent` (no answers); `pushEveryMs` and `pushBytes` (it talks by itself, `pushAfterMs` after the connect);
 * `closeAfterLines` and `closeHow` (`end`, `reset`, or `leave` what was received unread);
 * `idleMs` (a silent connection is reset); `deaf` (it never reads).
 */
import { createServer } from 'node:net'
import { log, options, tell } from './tell.mjs'
import { resetCheck } from './reset-check.mjs'

const { host, port, backlog = 128, replyBytes = 20, closeHow = 'end' } = options

const server = createServer({ pauseOnConnect: options.deaf === true }, (socket) => {
  const peer = `${socket.remoteAddress ?? ''}:${socket.remotePort}`
  let lines = 0
  tell('accepted', { port: socket.remotePort })
  socket.setNoDelay(true)
  socket.on('error', (error) => {
    log('ERROR', `${peer}: ${error.message}`)
    tell('failed', { port: socket.remotePort, code: error.code })
  })
  const wasReset = resetCheck(socket)
  socket.on('end', () => {
    if (wasReset()) tell('failed', { port: socket.remotePort, code: 'ECONNRESET' })
  })
  socket.on('close', () => tell('closed'))
  if (options.pushEveryMs !== undefined) push(socket)
  if (options.deaf) return
  if (options.idleMs !== undefined)
    socket.setTimeout(options.idleMs, () => {
      log('WARN', `${peer}: idle for ${options.idleMs} ms, dropped`)
      tell('dropped', { port: socket.remotePort })
      socket.resetAndDestroy()
    })
  let rest = ''
  socket.on('data', (data) => {
    const parts = (rest + data).split('\n')
    rest = parts.pop() ?? ''
    for (const line of parts) {
      if (socket.writableEnded) return
      lines += 1
      if (!options.silent) socket.write(`+${line.slice(0, 40)} ${'x'.repeat(replyBytes)}\n`)
      if (lines === options.closeAfterLines) return close(socket, peer)
    }
  })
})
server.listen({ host, port, backlog }, () => {
  log('INFO', `listening on ${port}`)
  tell('ready')
})

function close(socket, peer) {
  log('INFO', `${peer}: ${options.closeAfterLines} lines, closing`)
  tell('ended', { port: socket.remotePort })
  // A moment later, so that the last answer has arrived.
  if (closeHow === 'reset') setTimeout(() => socket.resetAndDestroy(), options.closeWaitMs ?? 10)
  else if (closeHow === 'leave') {
    socket.pause()
    setTimeout(() => socket.destroy(), options.closeWaitMs ?? 10)
  } else socket.end(() => socket.destroy())
}

function push(socket) {
  const text = `EVENT ${'e'.repeat(options.pushBytes ?? 20)}\n`
  setTimeout(() => {
    const timer = setInterval(() => socket.write(text), options.pushEveryMs)
    socket.on('close', () => clearInterval(timer))
  }, options.pushAfterMs ?? 0)
}

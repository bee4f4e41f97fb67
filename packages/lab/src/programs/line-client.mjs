/**
 * A client of a line protocol: `connections`, opened `gapMs` apart, each sends a line after each pause of `pausesMs` and
 * waits for the answer. Options beyond `host` and `port`: `word` (what a line begins with); `lineBytes` (padding); `stream` (it does not
 * wait for answers); `listen` (it only reads, so long in ms); `closeHow` (`end`, `reset`, `keep`); `again` (a new
 * connection after a failed one); `localPorts`; `keepAliveMs`; `askWaitMs` (how long an answer is waited for).
 */
import { connect } from 'node:net'
import { heard, log, options, pause, tell } from './tell.mjs'
import { resetCheck } from './reset-check.mjs'

const { host, port, word = 'GET', closeHow = 'end', askWaitMs = 20_000 } = options

const padding = 'p'.repeat(options.lineBytes ?? 0)

tell('ready')
await heard()
await Promise.all(Array.from({ length: options.connections }, (_, index) => session(index)))
tell('done')
if (closeHow === 'keep') setInterval(() => undefined, 1000)

async function session(index) {
  await pause(index * (options.gapMs ?? 0))
  let socket
  try {
    socket = await open(index)
  } catch (error) {
    return fail(index, error, 'connect')
  }
  try {
    if (options.listen !== undefined) await listen(socket, options.listen)
    for (const [number, ms] of options.pausesMs.entries()) {
      await pause(ms + (options.spreadMs ?? 0) * index)
      await ask(socket, `${word} ${index} ${number}`)
    }
    await close(socket)
    tell('served')
  } catch (error) {
    fail(index, error, 'data')
    if (options.again) await once(index)
  }
}

function open(index) {
  return new Promise((resolve, reject) => {
    const localPort = options.localPorts?.[index]
    // Who streams does not look whether the other side has closed.
    const allowHalfOpen = options.stream === true
    const socket = connect({ host, port, allowHalfOpen, ...(localPort !== undefined && { localPort }) })
    socket.setNoDelay(true)
    if (options.keepAliveMs !== undefined) socket.setKeepAlive(true, options.keepAliveMs)
    socket.once('error', reject)
    socket.once('connect', () => {
      tell('connected', { port: socket.localPort })
      const wasReset = resetCheck(socket)
      socket.off('error', reject)
      socket.trouble = new Promise((_, no) => {
        socket.on('error', no)
        if (!allowHalfOpen)
          socket.on('end', () => {
            const code = wasReset() ? 'ECONNRESET' : 'EOF'
            no(Object.assign(new Error('closed by the server'), { code }))
          })
      })
      socket.trouble.catch(() => undefined)
      if (options.stream) socket.resume()
      resolve(socket)
    })
  })
}

function ask(socket, line) {
  socket.write(`${line}${padding}\n`)
  if (options.stream) return Promise.race([socket.trouble, pause(1)])
  const answer = new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(Object.assign(new Error('no answer'), { code: 'NONE' })), askWaitMs)
    socket.on('data', function take(data) {
      if (!String(data).includes('\n')) return
      socket.off('data', take)
      clearTimeout(timer)
      resolve()
    })
  })
  return Promise.race([socket.trouble, answer])
}

async function listen(socket, ms) {
  socket.on('data', () => undefined)
  await Promise.race([socket.trouble, pause(ms)])
}

function close(socket) {
  if (closeHow === 'keep') return undefined
  const closed = new Promise((resolve) => socket.on('close', resolve))
  if (closeHow === 'reset') socket.resetAndDestroy()
  else socket.end()
  return closed
}

async function once(index) {
  try {
    const socket = await open(index)
    await ask(socket, `${word} ${index} again`)
    socket.end()
    tell('again')
  } catch (error) {
    fail(index, error, 'again')
  }
}

function fail(index, error, phase) {
  log('ERROR', `connection ${index}: ${error.message}`)
  tell('failed', { code: error.code, phase })
}

/** Opens connections to a feed and reads none of them. */
import { connect } from 'node:net'
import { heard, log, options, pause, tell } from './tell.mjs'

tell('ready')
await heard()
for (let k = 0; k < options.connections; k++) {
  const socket = connect({ host: options.host, port: options.port }, () => {
    socket.pause()
    tell('connected')
  })
  // Never read from: without this, Node would begin to read by itself.
  socket.read = () => null
  socket._read = () => undefined
  await pause(options.gapMs)
}
log('INFO', `${options.connections} subscriptions`)
tell('subscribed')
setInterval(() => undefined, 1000)

/** Opens connections to a feed and reads none of them. */
import { connect } from 'node:net'
import { heard, log, options, pause, tell } from './tell.mjs'

tell('ready')
await heard()
for (let k = 0; k < options.connections; k++) {
  // A reader that takes nothing: what comes stays in the kernel after its first piece.
  const onread = { buffer: Buffer.alloc(1), callback: () => false }
  connect({ host: options.host, port: options.port, onread }, () => tell('connected'))
  await pause(options.gapMs)
}
log('INFO', `${options.connections} subscriptions`)
tell('subscribed')
setInterval(() => undefined, 1000)

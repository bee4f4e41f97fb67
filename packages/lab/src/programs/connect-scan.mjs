/** Tries each port once. */
import { connect } from 'node:net'
import { heard, options, pause, tell } from './tell.mjs'

tell('ready')
await heard()
for (const port of options.ports) {
  await new Promise((resolve) => {
    const socket = connect({ host: options.host, port }, () => socket.end())
    socket.on('error', (error) => tell('failed', { code: error.code }))
    socket.on('close', resolve)
  })
  await pause(options.everyMs)
}
tell('done')

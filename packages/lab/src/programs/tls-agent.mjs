/** Sends a report over TLS as soon as the handshake is done for it, each on a connection of its own. */
import { readFileSync } from 'node:fs'
import { connect } from 'node:tls'
import { heard, log, options, pause, tell } from './tell.mjs'

const { host, port } = options
const ca = readFileSync(options.ca)

tell('ready')
await heard()
for (let number = 0; number < options.calls; number++) {
  await report(number)
  await pause(options.everyMs)
}
tell('done')

function report(number) {
  return new Promise((resolve) => {
    const socket = connect({ host, port, ca, checkServerIdentity: () => undefined }, async () => {
      socket.write(`REPORT ${number}\n`)
      await pause(5)
      socket.write('r'.repeat(options.bytes))
    })
    socket.on('data', (data) => log('INFO', `report ${number}: ${String(data).trim()}`))
    socket.on('error', (error) => log('ERROR', `report ${number}: ${error.code} ${error.message}`))
    socket.on('close', resolve)
  })
}

/** An http.Agent that keeps connections alive, and notices when the server has closed one. */
import { Agent, get } from 'node:http'
import { heard, log, options, pause, tell } from './tell.mjs'

const { host, port, atOnce } = options
const agent = new Agent({ keepAlive: true, maxSockets: atOnce })

tell('ready')
await heard()
for (let round = 0; round < options.rounds; round++) {
  await Promise.all(Array.from({ length: atOnce }, ask))
  await Promise.all(Array.from({ length: atOnce }, ask))
  log('INFO', `round ${round}`)
  await pause(options.everyMs)
}
agent.destroy()
tell('done')

function ask() {
  return new Promise((resolve, reject) => {
    get({ host, port, agent }, (response) => {
      response.resume()
      response.on('end', resolve)
    }).on('error', reject)
  })
}

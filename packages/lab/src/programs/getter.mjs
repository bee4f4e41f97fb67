/** Asks for each path in turn, each on a connection of its own. */
import { get } from 'node:http'
import { heard, log, options, pause, tell } from './tell.mjs'

const { host, port } = options

tell('ready')
await heard()
for (const path of options.paths) {
  await new Promise((resolve) => {
    const request = get({ host, port, path, agent: false }, (response) => {
      response.resume()
      response.on('end', () => {
        log('INFO', `${path}: ${response.statusCode}`)
        resolve()
      })
    })
    request.on('error', (error) => {
      log('ERROR', `${path}: ${error.code} ${error.message}`)
      tell('failed', { code: error.code })
      resolve()
    })
  })
  await pause(options.everyMs)
}
tell('done')

/** Calls an HTTPS server; two of three calls do not know its certificate. */
import { readFileSync } from 'node:fs'
import { get } from 'node:https'
import { heard, log, options, pause, tell } from './tell.mjs'

const { host, port } = options
const ca = readFileSync(options.ca)

tell('ready')
await heard()
for (let number = 0; number < options.calls; number++) {
  await call(number, number % 3 === 0 ? { ca, checkServerIdentity: () => undefined } : {})
  await pause(options.everyMs)
}
tell('done')

function call(number, trust) {
  return new Promise((resolve) => {
    const request = get({ host, port, path: `/call/${number}`, agent: false, ...trust }, (response) => {
      response.resume()
      response.on('end', () => {
        log('INFO', `call ${number}: ${response.statusCode}`)
        resolve()
      })
    })
    request.on('error', (error) => {
      log('ERROR', `call ${number}: ${error.code} ${error.message}`)
      tell('rejected', { code: error.code })
      resolve()
    })
  })
}

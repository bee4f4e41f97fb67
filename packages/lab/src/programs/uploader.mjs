/** Sends uploads and small requests in turn, each on a connection of its own. */
import { request } from 'node:http'
import { heard, log, options, pause, tell } from './tell.mjs'

tell('ready')
await heard()
for (let number = 0; number < options.uploads; number++) {
  await send('POST', `/upload/${number}`, Buffer.alloc(options.bytes, 'u'))
  if (!options.postOnly) await send('GET', `/status/${number}`)
  await pause(options.everyMs)
}
tell('done')

function send(method, path, body) {
  const { host, port } = options
  return new Promise((resolve) => {
    const sent = request({ host, port, method, path, agent: false }, (response) => {
      log('INFO', `${method} ${path}: ${response.statusCode}`)
      response.resume()
      response.on('error', fail)
      response.on('end', resolve)
    })
    const fail = (error) => {
      log('ERROR', `${method} ${path}: ${error.code ?? error.message}`)
      tell('failed', { code: error.code })
      resolve()
    }
    sent.on('error', fail)
    if (body !== undefined) sent.setHeader('content-length', body.length)
    sent.end(body)
  })
}

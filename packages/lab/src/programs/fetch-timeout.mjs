/** Calls several URLs in turn and gives up each call that takes longer than its time. */
import { heard, log, options, pause, tell } from './tell.mjs'

tell('ready')
await heard()
const calls = []
for (let number = 0; number < options.calls; number++) {
  calls.push(call(options.urls[number % options.urls.length]))
  await pause(options.everyMs)
}
await Promise.all(calls)
// Late answers still come: they are what meets the closed sockets.
await pause(3000)
tell('done')

async function call(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(options.timeoutMs) })
    log('INFO', `${url}: ${(await response.arrayBuffer()).byteLength} bytes`)
    tell('served')
  } catch (error) {
    log('ERROR', `${url}: ${error.name}: ${error.message}`)
    tell(error.name === 'TimeoutError' ? 'gave-up' : 'failed')
  }
}

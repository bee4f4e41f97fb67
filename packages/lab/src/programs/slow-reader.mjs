/** Downloads that are read piece by piece, with pauses, to their end. */
import { get } from 'node:http'
import { heard, log, options, pause, tell } from './tell.mjs'

tell('ready')
await heard()
await Promise.all(Array.from({ length: options.readers }, (_, index) => read(index)))
tell('done')

async function read(index) {
  await pause(index * options.gapMs)
  const response = await new Promise((resolve, reject) => {
    get(options.url, { agent: false }, resolve).on('error', reject)
  })
  let bytes = 0
  for await (const piece of response) {
    bytes += piece.length
    await pause(options.pauseMs)
  }
  log('INFO', `reader ${index}: ${bytes} bytes`)
}

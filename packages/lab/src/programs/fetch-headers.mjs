/** `await fetch(url)` that looks at the headers alone: Node's finalizer closes the rest at the next collection. */
import { log, heard, options, pause, tell } from './tell.mjs'

const waste = []

tell('ready')
await heard()
for (let round = 0; round < options.rounds; round++) {
  const wanted = Array.from({ length: options.atOnce }, () => check())
  await Promise.all(wanted)
  for (let k = 0; k < options.garbagePieces; k++) waste[k % 8] = { text: `${k}`.repeat(2000).split('') }
  await pause(options.everyMs)
}
tell('done')
setInterval(() => undefined, 1000)

async function check() {
  const response = await fetch(options.url, { method: options.method ?? 'GET' })
  log('INFO', `${response.status} changed ${response.headers.get('last-modified')}`)
  if (options.read) await response.arrayBuffer()
}

/** `await fetch(url)` that looks at the headers alone: Node's finalizer closes the rest at the next collection. */
import { log, heard, options, pause, tell } from './tell.mjs'

/** What a program with work of its own keeps for a while: it grows old, and dies in a full collection. */
const kept = []
const KEPT = 600

tell('ready')
await heard()
for (let round = 0; round < options.rounds; round++) {
  const wanted = Array.from({ length: options.atOnce }, () => check())
  await Promise.all(wanted)
  for (let k = 0; k < options.piecesKept; k++)
    kept[(round * options.piecesKept + k) % KEPT] = Array.from({ length: 1000 }, (_, n) => n + 0.5)
  await pause(options.everyMs)
}
tell('done')
setInterval(() => undefined, 1000)

async function check() {
  const response = await fetch(options.url, { method: options.method ?? 'GET' })
  log('INFO', `${response.status} changed ${response.headers.get('last-modified')}`)
  if (options.read) await response.arrayBuffer()
}

/**
 * A program that extends itself while it runs, in three forms. `careless`: an HTTP agent for each request, its answer
 * left unread, and `fetch` that looks at the headers alone. `half-fixed`: one agent for all, answers of it read; the
 * same `fetch`. `hotload`: the client of @whyreset/hotload.
 */
import { Agent, get } from 'node:http'
import { heard, log, options, pause, tell } from './tell.mjs'

/** What a program with work of its own keeps for a while: it grows old, and dies in a full collection. */
const kept = []
const KEPT = 600
const UNEVEN = [0.3, 1.9, 0.6, 1.2, 0.2, 0.9, 2.1, 0.4, 1.5, 0.5, 1.4]

const shared = new Agent({ keepAlive: true })
let changed
let hot

tell('ready')
await heard()
for (let round = 0, place = 0; round < options.rounds; round++) {
  await check()
  // No two rounds have as much work: collections come without a beat, as in any program.
  const work = UNEVEN[round % UNEVEN.length]
  for (let k = 0; k < options.piecesKept * work; k++)
    kept[place++ % KEPT] = Array.from({ length: 1000 }, (_, n) => n + 0.5)
  await pause(options.everyMs * (1.5 - work / 2))
}
if (hot !== undefined) {
  const { version, source } = hot.status()
  log('INFO', `${version} answers ${await hot.api.answer()}`)
  tell('loaded', { version, ...source })
  // An orderly end is part of what is promised.
  await hot.close()
}
tell('done')
setInterval(() => undefined, 1000)

async function check() {
  if (options.mode === 'hotload') return (hot ??= await startHotload())
  await list()
  const { headers } = await fetch(`${options.base}/latest`)
  const modified = headers.get('last-modified')
  if (modified !== changed) log('INFO', `the package changed ${modified}`)
  changed = modified
}

function list() {
  const isShared = options.mode === 'half-fixed'
  const agent = isShared ? shared : new Agent({ keepAlive: true })
  return new Promise((resolve) => {
    const request = get(`${options.base}/list`, { agent }, (response) => {
      if (!isShared) return resolve()
      response.resume().on('end', resolve)
    })
    request.on('error', (error) => {
      log('ERROR', error.message)
      resolve()
    })
  })
}

async function startHotload() {
  const { hotload, httpSource } = await import(options.hotload)
  return hotload({
    name: 'extension',
    source: httpSource(options.base, { trust: [options.publicKey], every: options.everyMs }),
    store: options.store,
    confirm: { for: '1s' },
    on: {
      activated: ({ version }) => log('INFO', `extension ${version} answers`),
      rejected: ({ version, error }) => log('ERROR', `extension ${version}: ${error.message}`),
      error: (error) => log('ERROR', error.message),
    },
  })
}

/** A rules engine that is offered two bad versions and two good ones: `node run.mjs` says what becomes of each. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  createProvider,
  ed25519Signer,
  generateKeys,
  hotload,
  httpSource,
  serveProvider,
} from '@whyreset/hotload'

const RULES = fileURLToPath(new URL('rules', import.meta.url))
const COUNTRIES = ['de', 'fr', 'es', 'it']

const folder = mkdtempSync(join(tmpdir(), 'rules-engine-'))
const keys = generateKeys()
const provider = createProvider({ dir: join(folder, 'releases'), sign: ed25519Signer(keys.privateKey) })
const server = await serveProvider(provider)
await publish('1.0.0')

const engine = await hotload({
  name: 'rules',
  source: httpSource(server.url, { trust: [keys.publicKey] }),
  store: join(folder, 'store'),
  probe: (api) => api.decide({ country: 'de', amount: 5 }),
  confirm: {
    // A tenth of the payments for two seconds; then all of them, watched for two more.
    canary: 0.1,
    canaryFor: '2s',
    for: '2s',
    maxErrorRate: 0.05,
    minCalls: 10,
  },
})
engine.on('activated', ({ version }) => say(`${version} answers, and is watched`))
engine.on('confirmed', ({ version }) => say(`${version} proved itself`))
engine.on('rejected', ({ version, error }) => say(`${version} was never switched to: ${error.message}`))
engine.on('rolledBack', ({ version, to, error }) =>
  say(`${version} left, ${to} answers again: ${error.message}`),
)

while (!engine.status().isConfirmed) await new Promise((resolve) => setTimeout(resolve, 20))

let decided = 0
let failed = 0
const over = new AbortController()
const payments = (async () => {
  while (!over.signal.aborted) {
    const country = COUNTRIES[decided % COUNTRIES.length]
    await engine.api.decide({ country, amount: decided % 1500 }).catch(() => (failed += 1))
    decided += 1
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
})()

for (const version of ['2.0.0', '3.0.0', '4.0.0']) {
  const settled = new Promise((resolve) => {
    for (const event of ['confirmed', 'rejected', 'rolledBack'])
      engine.on(event, (about) => about.version === version && resolve())
  })
  await publish(version)
  await engine.check()
  await settled
}
over.abort()
await payments
say(`${decided} payments were decided, ${failed} of them failed while two bad versions were offered`)

await engine.close()
await server.close()
rmSync(folder, { recursive: true })

async function publish(version) {
  await provider.publish('rules', join(RULES, `${version}.mjs`), { version })
}

function say(line) {
  process.stdout.write(`${line}\n`)
}

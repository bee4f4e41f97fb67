/** Starts the service and a provider, asks without a pause, and publishes a new rule meanwhile: `node run.mjs`. */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createProvider, ed25519Signer, generateKeys, serveProvider } from '@whyreset/hotload'
import { startService } from './service.mjs'

const RULES = fileURLToPath(new URL('rules', import.meta.url))
const USERS = 16

const folder = mkdtempSync(join(tmpdir(), 'pricing-service-'))
const keys = generateKeys()
const provider = createProvider({ dir: join(folder, 'releases'), sign: ed25519Signer(keys.privateKey) })
const server = await serveProvider(provider)
await provider.publish('pricing', join(RULES, '1.0.0', 'pricing.mjs'), { version: '1.0.0' })
const service = await startService({
  provider: server.url,
  trust: [keys.publicKey],
  store: join(folder, 'store'),
})

const answers = new Map()
let lost = 0
const over = new AbortController()
const agent = new Agent({ keepAlive: true, maxSockets: USERS })
const users = Array.from({ length: USERS }, async () => {
  while (!over.signal.aborted) {
    try {
      const { rule } = JSON.parse(await ask(`${service.url}/quote?amount=12&price=5`))
      answers.set(rule, (answers.get(rule) ?? 0) + 1)
    } catch {
      lost += 1
    }
  }
})

await seen('list price')
await provider.publish('pricing', join(RULES, '2.0.0', 'pricing.mjs'), { version: '2.0.0' })
await seen('ten for nine')
over.abort()
await Promise.all(users)
agent.destroy()

const all = [...answers.values()].reduce((sum, count) => sum + count, 0)
process.stdout.write(`${lost} of ${all + lost} requests were lost while the rule was replaced\n`)
for (const [rule, count] of answers) process.stdout.write(`  ${rule}: ${count}\n`)
const { version, source } = service.pricing.status()
process.stdout.write(`the service runs pricing ${version}; it sent the provider ${source.resets} resets\n`)

await service.close()
await server.close()
rmSync(folder, { recursive: true })
process.exitCode = lost === 0 ? 0 : 1

/** Some dozens of answers of that rule. */
async function seen(rule) {
  while ((answers.get(rule) ?? 0) < 100) await new Promise((resolve) => setTimeout(resolve, 10))
}

async function ask(url) {
  const [response] = await once(get(url, { agent }), 'response')
  let text = ''
  for await (const chunk of response) text += chunk
  if (response.statusCode === 200) return text
  throw new Error(text)
}

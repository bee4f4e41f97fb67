/** Checks of a provider over loopback, both in this process; prints a line of JSON. `node bench/hotload-polls.mjs COUNT` */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createProvider,
  ed25519Signer,
  generateKeys,
  httpSource,
  openStore,
  serveProvider,
} from '@whyreset/hotload'

const BLOB_BYTES = 1024 * 1024
const count = Number(process.argv[2])
const folder = mkdtempSync(join(tmpdir(), 'hotload-bench-'))
const keys = generateKeys()
const provider = createProvider({ dir: join(folder, 'releases'), sign: ed25519Signer(keys.privateKey) })
writeFileSync(join(folder, 'rules.bin'), Buffer.alloc(BLOB_BYTES, 'rules '))
await provider.publish('pricing', join(folder, 'rules.bin'), { version: '1.0.0' })
const server = await serveProvider(provider)
const sockets = new Set()
server.server.on('connection', (socket) => sockets.add(socket))
const store = await openStore(join(folder, 'store'))
const source = httpSource(server.url, { trust: [keys.publicKey] })

const question = {
  name: 'pricing',
  highWater: 0,
  clientId: store.clientId,
  signal: new AbortController().signal,
  store,
}
const { etag, manifest } = await source.check(question)
const rows = [
  await measure('hotload: nothing is new (304)', count, () => source.check({ ...question, etag })),
]
const resets = source.counters.resets
await source.close()
const url = `${server.url}/blobs/sha512/${manifest.sha512}`
rows.push(await measure('fetch() of the blob itself, 1 MB, read', Math.ceil(count / 20), () => fetchAll(url)))
process.stdout.write(
  `${JSON.stringify(rows.map((row, at) => ({ ...row, resets: at === 0 ? resets : 0 })))}\n`,
)
await server.close()
await store.close()
rmSync(folder, { recursive: true })
// The pool of the built-in fetch holds the process for a while.
process.exit()

async function measure(name, times, step) {
  const before = { bytes: written(), connections: sockets.size }
  const start = performance.now()
  for (let at = 0; at < times; at += 1) await step()
  const seconds = (performance.now() - start) / 1000
  const bytes = (written() - before.bytes) / times
  return {
    name,
    perSecond: times / seconds,
    bytes,
    connections: Math.max(1, sockets.size - before.connections),
  }
}

function written() {
  return [...sockets].reduce((sum, { bytesWritten }) => sum + bytesWritten, 0)
}

async function fetchAll(address) {
  const response = await fetch(address)
  await response.arrayBuffer()
}

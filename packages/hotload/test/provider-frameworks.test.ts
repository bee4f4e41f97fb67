import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { generateKeys } from '../src/manifest/keys.ts'
import { ed25519Signer } from '../src/manifest/signer.ts'
import { verifierOf } from '../src/manifest/trust.ts'
import { createProvider, type Provider } from '../src/provider/provider.ts'
import { httpSource } from '../src/source/http-source.ts'
import { openStore } from '../src/store/open-store.ts'

const KEYS = generateKeys()
const BLOB = randomBytes(3_000_000)

/** A program of its own with the provider at `/hot`. */
interface Mounted {
  readonly url: string
  close(): Promise<void>
}

const mounts: Readonly<Record<string, (provider: Provider) => Promise<Mounted>>> = {
  async 'node:http'(provider) {
    const server = createServer(provider.handler).listen(0, '127.0.0.1')
    return { url: `${await listening(server)}/hot`, close: () => closed(server) }
  },
  async Express(provider) {
    const app = express()
    app.get('/', (_, response) => void response.send('the program itself'))
    app.use('/hot', provider.handler)
    const server = createServer(app).listen(0, '127.0.0.1')
    return { url: `${await listening(server)}/hot`, close: () => closed(server) }
  },
  async Fastify(provider) {
    const app = fastify()
    app.get('/', () => 'the program itself')
    await app.register((scope, _, done) => {
      // The body is the provider's to read.
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null))
      scope.all('/hot/*', (request, reply) => {
        reply.hijack()
        provider.handler(request.raw, reply.raw)
      })
      done()
    })
    return { url: `${await app.listen({ port: 0, host: '127.0.0.1' })}/hot`, close: () => app.close() }
  },
  async Hono(provider) {
    const app = new Hono<{
      Bindings: { incoming: Parameters<Provider['handler']>[0]; outgoing: Parameters<Provider['handler']>[1] }
    }>()
    app.get('/', (context) => context.text('the program itself'))
    app.all('/hot/*', (context) => {
      provider.handler(context.env.incoming, context.env.outgoing)
      return RESPONSE_ALREADY_SENT
    })
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server
    return { url: `${await listening(server)}/hot`, close: () => closed(server) }
  },
}

let dir: string
const opened: { close(): Promise<void> }[] = []

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hotload-frameworks-'))
})

afterEach(async () => {
  for (const thing of opened.splice(0).toReversed()) await thing.close()
  await rm(dir, { recursive: true, force: true })
})

describe('a provider mounts in', () => {
  it.each(Object.entries(mounts))(
    '%s: a client checks, waits, fetches a blob in chunks and reports, beside the routes of the program',
    async (_framework, mount) => {
      // Express takes its mount path away, as connect does; the others leave it.
      const provider = createProvider({
        dir: join(dir, 'releases'),
        sign: ed25519Signer(KEYS.privateKey),
        basePath: '/hot',
      })
      opened.push(provider)
      const file = join(dir, 'rules.jar')
      await writeFile(file, 'the first one')
      await provider.publish('pricing', file, { version: '1.0.0' })
      const mounted = await mount(provider)
      opened.push(mounted)
      const store = await openStore(join(dir, 'store'))
      opened.push(store)
      const source = httpSource(mounted.url, {
        trust: verifierOf([KEYS.publicKey]),
        push: true,
        chunkBytes: 1_000_000,
      })
      opened.push(source)
      const ask = {
        name: 'pricing',
        highWater: 0,
        clientId: store.clientId,
        signal: new AbortController().signal,
        store,
      }

      const first = await source.check(ask)
      if (first.kind !== 'offered' || first.etag === undefined) throw new Error(JSON.stringify(first))
      expect(first.manifest.version).toBe('1.0.0')
      expect(await source.check({ ...ask, etag: first.etag })).toMatchObject({ kind: 'unchanged' })

      const waiting = source.check({ ...ask, etag: first.etag, waitMs: 30_000 })
      await vi.waitFor(async () => expect((await provider.status()).waiting).toBe(1))
      await writeFile(file, BLOB)
      await provider.publish('pricing', file, { version: '2.0.0' })
      const second = await waiting
      if (second.kind !== 'offered') throw new Error(JSON.stringify(second))
      expect(second.manifest.version).toBe('2.0.0')

      const writer = await store.receive(second.manifest)
      if (writer === undefined) throw new Error('the blob is there already')
      await source.download(second.manifest, writer, ask.signal)
      await writer.finish()
      expect((await store.stage(second.manifest)).entryPath).toMatch(/rules\.jar$/)

      source.report?.({ phase: 'active', version: '2.0.0' })
      await vi.waitFor(async () =>
        expect((await provider.status()).reports).toMatchObject([{ report: { version: '2.0.0' } }]),
      )
      // One connection or two served all of it, and none was reset.
      expect(source.counters.connections).toBeLessThanOrEqual(2)
      expect(source.counters.resets).toBe(0)
      expect((await provider.status()).resets).toBe(0)
    },
  )
})

async function listening(server: Server): Promise<string> {
  if (!server.listening) await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening')
  return `http://127.0.0.1:${address.port}`
}

async function closed(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
}

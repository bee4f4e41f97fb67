import { createHash } from 'node:crypto'
import type { RequestListener, Server } from 'node:http'
import type { Server as NetServer } from 'node:net'
import { writeEnvelope, MANIFEST_TYPE } from '../src/manifest/envelope.ts'
import { generateKeys } from '../src/manifest/keys.ts'
import type { Manifest } from '../src/manifest/manifest.ts'
import { ed25519Signer, signValue } from '../src/manifest/signer.ts'
import type { CheckRequest, CheckResult } from '../src/source/source.ts'
import type { BlobWriter, StoreState } from '../src/store/store.ts'

export const KEYS = generateKeys()

export interface Published {
  readonly manifest: Manifest
  readonly envelope: Uint8Array
  readonly etag: string
  readonly blob: Uint8Array
}

export async function published(blob: Uint8Array, over: Partial<Manifest> = {}): Promise<Published> {
  const manifest: Manifest = {
    schema: 'hotload.manifest/1',
    name: 'pricing',
    version: '1.0.0',
    seq: 1,
    expires: '2999-01-01T00:00:00Z',
    size: blob.byteLength,
    sha512: createHash('sha512').update(blob).digest('hex'),
    format: 'file',
    fileName: 'pricing.js',
    ...over,
  }
  const envelope = writeEnvelope(await signValue(MANIFEST_TYPE, manifest, [ed25519Signer(KEYS.privateKey)]))
  const etag = `"${createHash('sha256').update(envelope).digest('hex').slice(0, 16)}"`
  return { manifest, envelope, etag, blob }
}

/** Answers docs/wire.md for one version: manifest with ETag, blob with Range and If-Range. */
export function answering(current: () => Published): RequestListener {
  return (asked, response) => {
    const { manifest, envelope, etag, blob } = current()
    if (asked.url === '/pricing/manifest') {
      if (asked.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end()
      else response.writeHead(200, { etag, 'content-length': envelope.byteLength }).end(envelope)
      return
    }
    if (asked.url === '/status') {
      asked.resume().once('end', () => response.writeHead(204).end())
      return
    }
    const blobEtag = `"${manifest.sha512}"`
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(asked.headers.range ?? '') ?? []
    const ifRange = asked.headers['if-range']
    if (first === undefined || last === undefined || (ifRange !== undefined && ifRange !== blobEtag)) {
      response.writeHead(200, { etag: blobEtag, 'content-length': blob.byteLength }).end(blob)
      return
    }
    const end = Math.min(Number(last) + 1, blob.byteLength)
    const range = `bytes ${first}-${end - 1}/${blob.byteLength}`
    response.writeHead(206, { etag: blobEtag, 'content-range': range, 'content-length': end - Number(first) })
    response.end(blob.subarray(Number(first), end))
  }
}

/** A blob writer in memory. */
export class MemoryWriter implements BlobWriter {
  readonly #chunks: Uint8Array[] = []
  restarts = 0

  constructor(start: Uint8Array = new Uint8Array()) {
    if (start.byteLength > 0) this.#chunks.push(start)
  }

  get offset(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0)
  }

  get bytes(): Uint8Array {
    return Buffer.concat(this.#chunks)
  }

  write(chunk: Uint8Array): Promise<void> {
    this.#chunks.push(Uint8Array.from(chunk))
    return Promise.resolve()
  }

  restart(): Promise<void> {
    this.restarts++
    this.#chunks.length = 0
    return Promise.resolve()
  }

  finish(): Promise<{ readonly sha512: string; readonly size: number }> {
    const { bytes } = this
    return Promise.resolve({
      sha512: createHash('sha512').update(bytes).digest('hex'),
      size: bytes.byteLength,
    })
  }

  suspend(): Promise<void> {
    return Promise.resolve()
  }

  discard(): Promise<void> {
    return this.restart()
  }
}

/** Of a store, what a source uses; the writers that it handed out are kept. */
export function memoryStore(): CheckRequest['store'] & { readonly writers: MemoryWriter[] } {
  let state: StoreState = { schema: 'hotload.state/1', highWater: 0, quarantine: [] }
  const writers: MemoryWriter[] = []
  return {
    writers,
    get state() {
      return state
    },
    update(change) {
      state = change(state)
      return Promise.resolve()
    },
    receiveUnknown() {
      const writer = new MemoryWriter()
      writers.push(writer)
      return Promise.resolve(writer)
    },
  }
}

export function request(over: Partial<CheckRequest> = {}): CheckRequest {
  return {
    name: 'pricing',
    highWater: 0,
    clientId: 'client-1',
    signal: new AbortController().signal,
    store: memoryStore(),
    ...over,
  }
}

export function reasonOf(result: CheckResult): string {
  return result.kind === 'failed' ? result.error.message : result.kind
}

/** Listens on a free port of this machine; closes with everything that it holds open. */
export async function listen(server: Server | NetServer): Promise<{ port: number } & AsyncDisposable> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port')
  return {
    port: address.port,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}

import { isObject, parseJson, shown, type JsonObject } from '../manifest/json-value.ts'
import { DEFAULT_MAX_BLOB_BYTES } from '../manifest/read-manifest.ts'
import { createConnections } from './connections.ts'
import { CHUNK_BYTES } from './download.ts'
import { downloadUnknown } from './download-unknown.ts'
import { exchange, retryAfterOf } from './exchange.ts'
import { providerError } from './provider-error.ts'
import { baseOf, scheduleOf, type RequestOptions } from './request-options.ts'
import type { CheckRequest, CheckResult, Source } from './source.ts'
import { readMemory, writeMemory } from './validators.ts'
import { failed, NEVER, wholeSource } from './whole-source.ts'

/** Of what a registry says of one version. */
const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024
const DOCUMENT_MS = 30_000

export interface NpmSourceOptions extends RequestOptions {
  /** `latest` where it is absent. */
  readonly distTag?: string
  /** Path of the module inside the package, without npm's leading folder; what package.json names where it is absent. */
  readonly entry?: string
}

/**
 * A package of an npm registry. The registry is trusted for the digest that it states (`dist.integrity`), which the
 * tarball must have; nothing is signed by its author.
 */
export function npmSource(registry: string, packageName: string, options: NpmSourceOptions = {}): Source {
  const base = baseOf(registry)
  if (typeof packageName !== 'string' || packageName === '')
    throw new TypeError(`the package is ${shown(packageName)}: npmSource(registry, 'name') was wanted`)
  const { chunkBytes = CHUNK_BYTES, headers = {}, maxBlobBytes = DEFAULT_MAX_BLOB_BYTES } = options
  const { distTag = 'latest', entry } = options
  // A scoped name is one part of the path: https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md
  const path = `${packageName.replace('/', '%2f')}/${encodeURIComponent(distTag)}`
  const url = new URL(path, base)
  const connections = createConnections(options.tls)

  async function check(request: CheckRequest): Promise<CheckResult> {
    const memory = readMemory(request.etag)
    const chunks: Uint8Array[] = []
    const answer = await exchange(connections, {
      url,
      headers: {
        accept: 'application/json',
        ...(memory?.etag !== undefined && { 'if-none-match': memory.etag }),
      },
      privateHeaders: headers,
      signal: request.signal,
      deadlineMs: DOCUMENT_MS,
      read: ({ status }) =>
        status === 200 ? { limit: MAX_DOCUMENT_BYTES, write: (chunk) => void chunks.push(chunk) } : undefined,
    })
    if (answer.status === 304 && memory !== undefined) return { kind: 'unchanged', etag: writeMemory(memory) }
    if (answer.status !== 200)
      return failed(
        providerError(url, `answered ${answer.status}; ${packageName}@${distTag} was wanted`),
        retryAfterOf(answer),
      )
    const release = releaseOf(url, parseJson(Buffer.concat(chunks).toString()))
    const etag = answer.header('etag')
    const next = writeMemory({ sha512: release.sha512, ...(etag !== undefined && { etag }) })
    if (memory?.sha512 === release.sha512) return { kind: 'unchanged', etag: next }
    const result = await downloadUnknown(connections, {
      url: release.tarball,
      known: {},
      privateHeaders: release.tarball.origin === base.origin ? headers : {},
      chunkBytes,
      maxBytes: maxBlobBytes,
      store: request.store,
      signal: request.signal,
    })
    if (result.kind !== 'received') {
      const status = result.kind === 'refused' ? result.answer.status : 304
      return failed(providerError(release.tarball, `answered ${status}; the tarball was wanted`))
    }
    if (result.sha512 !== release.sha512) {
      const found = 'the tarball has another SHA-512 than the registry states'
      return failed(providerError(release.tarball, found, { code: 'HOTLOAD_DIGEST' }))
    }
    const seq = request.highWater + 1
    return {
      kind: 'offered',
      etag: next,
      manifest: {
        schema: 'hotload.manifest/1',
        name: request.name,
        version: release.version,
        seq,
        expires: NEVER,
        size: result.size,
        sha512: result.sha512,
        format: 'tgz',
        // npm packs all into one folder, which the store keeps.
        ...(entry !== undefined && { entry: `package/${entry}` }),
      },
    }
  }

  return wholeSource({ connections, schedule: scheduleOf(options), url, check })
}

interface Release {
  readonly version: string
  readonly tarball: URL
  readonly sha512: string
}

function releaseOf(url: URL, document: unknown): Release {
  const { version, dist }: JsonObject = isObject(document) ? document : {}
  const { tarball, integrity }: JsonObject = isObject(dist) ? dist : {}
  const sha512 = typeof integrity === 'string' ? hexOf(integrity) : undefined
  if (typeof version !== 'string' || typeof tarball !== 'string' || !/^https?:/.test(tarball))
    throw providerError(url, 'is not what an npm registry says of a version: is this its address?')
  if (sha512 === undefined)
    throw providerError(url, 'states no sha512 of the tarball: it was published by an npm before 5')
  const target = new URL(tarball)
  if (url.protocol === 'https:' && target.protocol !== 'https:')
    throw providerError(url, 'names a tarball that is not fetched over https')
  return { version, tarball: target, sha512 }
}

/** Subresource integrity holds several digests, apart by blanks; base64. */
function hexOf(integrity: string): string | undefined {
  const [, base64] = /(?:^|\s)sha512-([A-Za-z0-9+/]{86}==)(?:\s|$|\?)/.exec(integrity) ?? []
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64').toString('hex')
}

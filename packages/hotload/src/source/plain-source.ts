import { DEFAULT_MAX_BLOB_BYTES, isPlainFileName, isSha512 } from '../manifest/read-manifest.ts'
import { createConnections } from './connections.ts'
import { CHUNK_BYTES } from './download.ts'
import { downloadUnknown } from './download-unknown.ts'
import { retryAfterOf } from './exchange.ts'
import { providerError } from './provider-error.ts'
import { httpUrl, scheduleOf, type RequestOptions } from './request-options.ts'
import type { CheckRequest, CheckResult, Source } from './source.ts'
import { readMemory, writeMemory } from './validators.ts'
import { failed, NEVER, wholeSource } from './whole-source.ts'

export interface PlainSourceOptions extends RequestOptions {
  /** The only content that is taken, 128 hexadecimal digits. Without it whatever the server sends is taken: nothing is signed. */
  readonly sha512?: string
  /** `tgz` is unpacked; `file`, the default, is taken as it is. */
  readonly format?: 'tgz' | 'file'
  /** Path of the module inside a `tgz`. */
  readonly entry?: string
  /** Of the file in the store; the last part of the URL where it is absent. */
  readonly fileName?: string
}

/**
 * One file on any web server. A change is seen by ETag or Last-Modified, and by digest where these cannot be trusted.
 * Versions are numbered here, as they come: `0.0.SEQ`.
 */
export function plainSource(url: string, options: PlainSourceOptions = {}): Source {
  const file = httpUrl(url)
  const { chunkBytes = CHUNK_BYTES, headers = {}, maxBlobBytes = DEFAULT_MAX_BLOB_BYTES } = options
  const { sha512: wanted, format = 'file', entry, fileName = nameIn(file) } = options
  if (wanted !== undefined && !isSha512(wanted))
    throw new TypeError('sha512 is not 128 lower-case hexadecimal digits: `sha512sum FILE` prints them')
  if (!isPlainFileName(fileName))
    throw new TypeError(`the file is named ${JSON.stringify(fileName)}: give a plain name as fileName`)
  const connections = createConnections(options.tls)

  async function check(request: CheckRequest): Promise<CheckResult> {
    const memory = readMemory(request.etag)
    const result = await downloadUnknown(connections, {
      url: file,
      known: memory ?? {},
      privateHeaders: headers,
      chunkBytes,
      maxBytes: maxBlobBytes,
      store: request.store,
      signal: request.signal,
    })
    if (result.kind === 'not-modified' && memory !== undefined)
      return { kind: 'unchanged', etag: writeMemory(memory) }
    if (result.kind !== 'received') {
      const status = result.kind === 'refused' ? result.answer.status : 304
      const retryAfterMs = result.kind === 'refused' ? retryAfterOf(result.answer) : undefined
      return failed(providerError(file, `answered ${status}; the file was wanted`), retryAfterMs)
    }
    const { sha512, size, validators } = result
    const etag = writeMemory({ sha512, ...validators })
    if (memory?.sha512 === sha512) return { kind: 'unchanged', etag }
    if (wanted !== undefined && sha512 !== wanted) {
      const found = `has SHA-512 ${sha512.slice(0, 16)}…; ${wanted.slice(0, 16)}… was wanted`
      return failed(providerError(file, found, { code: 'HOTLOAD_DIGEST' }))
    }
    const seq = request.highWater + 1
    return {
      kind: 'offered',
      etag,
      manifest: {
        schema: 'hotload.manifest/1',
        name: request.name,
        version: `0.0.${seq}`,
        seq,
        expires: NEVER,
        size,
        sha512,
        format,
        ...(format === 'file' && { fileName }),
        ...(entry !== undefined && { entry }),
      },
    }
  }

  return wholeSource({ connections, schedule: scheduleOf(options), url: file, check })
}

function nameIn(url: URL): string {
  const last = url.pathname.split('/').at(-1) ?? ''
  try {
    return decodeURIComponent(last)
  } catch {
    return last
  }
}

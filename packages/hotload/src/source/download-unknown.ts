import type { BlobWriter } from '../store/store.ts'
import { HotloadError } from '../errors.ts'
import type { Connections } from './connections.ts'
import type { BodyReader } from './consume.ts'
import { strongEtag } from './download.ts'
import { exchange, type Answer } from './exchange.ts'
import { providerError } from './provider-error.ts'
import type { CheckRequest } from './source.ts'
import { trustedValidators, validatorHeaders, type Validators } from './validators.ts'

/** For one answer. */
const DEADLINE_MS = 600_000

export interface UnknownDownload {
  readonly url: URL
  /** Of the last download, to be told that nothing changed. */
  readonly known: Validators
  readonly privateHeaders: Readonly<Record<string, string>>
  readonly chunkBytes: number
  readonly maxBytes: number
  readonly store: CheckRequest['store']
  /** Ends it between two answers. */
  readonly signal: AbortSignal
}

export type UnknownResult =
  | { readonly kind: 'not-modified' }
  | { readonly kind: 'refused'; readonly answer: Answer }
  | {
      readonly kind: 'received'
      readonly sha512: string
      readonly size: number
      readonly validators: Validators
    }

/**
 * Fetches what only its validators are known of. In chunks where a strong entity tag holds them together; whole where
 * chunks of two versions could not be told apart.
 */
export async function downloadUnknown(
  connections: Connections,
  download: UnknownDownload,
): Promise<UnknownResult> {
  const receiver = new Receiver(download)
  try {
    const result = await receive(connections, download, receiver)
    if (result.kind !== 'received') await receiver.discard()
    return result
  } catch (error) {
    await receiver.discard()
    throw error
  }
}

async function receive(
  connections: Connections,
  download: UnknownDownload,
  receiver: Receiver,
): Promise<UnknownResult> {
  const { url, known, privateHeaders, chunkBytes, signal } = download
  const ask = (headers: Readonly<Record<string, string>>): Promise<Answer> => {
    if (signal.aborted) throw new HotloadError('HOTLOAD_CLOSED', 'the download was cancelled')
    return exchange(connections, {
      url,
      headers,
      privateHeaders,
      deadlineMs: DEADLINE_MS,
      read: (answer) => receiver.reader(answer),
    })
  }
  let answer = await ask({ ...validatorHeaders(known), range: `bytes=0-${chunkBytes - 1}` })
  if (answer.status === 304) return { kind: 'not-modified' }
  // An empty file has no first byte.
  if (answer.status === 416) answer = await ask({})
  const etag = strongEtag(answer)
  const isHeldTogether = etag !== undefined && trustedValidators(answer).etag === etag
  if (answer.status === 206 && !receiver.isWhole && !isHeldTogether) {
    await receiver.restart()
    answer = await ask({})
  }
  while (answer.status === 206 && !receiver.isWhole) {
    const before = receiver.offset
    const range = `bytes=${before}-${before + chunkBytes - 1}`
    answer = await ask({ range, 'if-range': etag ?? '' })
    if (answer.status === 206 && strongEtag(answer) !== etag)
      throw providerError(url, 'changed while it was downloaded')
    if (answer.status === 206 && receiver.offset === before)
      throw providerError(url, `byte ${before} of ${receiver.total} does not come`)
  }
  if (answer.status !== 200 && answer.status !== 206) return { kind: 'refused', answer }
  const digest = await receiver.finish()
  return { kind: 'received', ...digest, validators: trustedValidators(answer) }
}

/** Writes what comes, and knows how much there will be. */
class Receiver {
  readonly #download: UnknownDownload
  #writer: BlobWriter | undefined
  offset = 0
  total: number | undefined

  constructor(download: UnknownDownload) {
    this.#download = download
  }

  get isWhole(): boolean {
    return this.offset === this.total
  }

  reader(answer: Answer): BodyReader | undefined {
    const { url, chunkBytes, maxBytes } = this.#download
    if (answer.status !== 200 && answer.status !== 206) return undefined
    if ((answer.header('content-encoding') ?? 'identity') !== 'identity')
      throw providerError(url, `comes as ${answer.header('content-encoding')}: the file itself was wanted`)
    if (answer.status === 206) {
      const [, first, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(answer.header('content-range') ?? '') ?? []
      if (Number(first) !== this.offset || total === undefined)
        throw providerError(url, `answered 206 with other bytes than those from ${this.offset} on`)
      this.total = Number(total)
      return this.#reader(chunkBytes, false)
    }
    const length = answer.header('content-length')
    // A body that ends with its connection can be cut short without an error (RFC 9112 §8).
    if (length === undefined && answer.header('transfer-encoding') === undefined)
      throw providerError(url, 'does not say how long it is: cut short, it would look whole')
    this.total = length === undefined ? undefined : Number(length)
    return this.#reader(maxBytes, this.offset > 0)
  }

  #reader(limit: number, isAnew: boolean): BodyReader {
    let mustRestart = isAnew
    return {
      limit,
      write: async (chunk) => {
        if (mustRestart) await this.restart()
        mustRestart = false
        this.#writer ??= await this.#download.store.receiveUnknown(this.#download.maxBytes)
        await this.#writer.write(chunk)
        this.offset += chunk.byteLength
      },
    }
  }

  async restart(): Promise<void> {
    this.offset = 0
    await this.#writer?.restart()
  }

  async finish(): Promise<{ readonly sha512: string; readonly size: number }> {
    this.#writer ??= await this.#download.store.receiveUnknown(this.#download.maxBytes)
    const writer = this.#writer
    this.#writer = undefined
    return writer.finish()
  }

  async discard(): Promise<void> {
    await this.#writer?.discard()
    this.#writer = undefined
  }
}

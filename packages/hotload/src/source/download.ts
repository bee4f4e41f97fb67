import type { BlobWriter } from '../store/store.ts'
import { HotloadError } from '../errors.ts'
import type { Connections } from './connections.ts'
import type { BodyReader } from './consume.ts'
import { exchange, retryAfterOf, type Answer } from './exchange.ts'
import { providerError } from './provider-error.ts'

export const CHUNK_BYTES = 1024 * 1024
/** A download gets a minute, and a second for each of these: whoever sends more slowly is as good as not there. */
const SLOWEST_BYTES_PER_S = 4096
const LEAST_MS = 60_000
/** Answers in a row that brought next to nothing. What came is kept, so the next check goes on from there. */
const MAX_FAILURES = 3
/** Whoever breaks off after less is not asked for ever. */
const LEAST_GAIN_BYTES = 64 * 1024
const FIRST_PAUSE_MS = 100

export interface Download {
  readonly url: URL
  /** Of the whole blob, as the signed manifest says. */
  readonly size: number
  readonly writer: BlobWriter
  readonly chunkBytes: number
  readonly privateHeaders: Readonly<Record<string, string>>
  /** Ends the download at the edge of a chunk: no answer is left half read. */
  readonly signal: AbortSignal
}

/** Fetches a blob of known size from `writer.offset` on, a chunk at a time. Rejects with a `HotloadError`. */
export async function downloadInChunks(connections: Connections, download: Download): Promise<void> {
  const { url, size, writer, signal } = download
  const endMs = performance.now() + LEAST_MS + (size / SLOWEST_BYTES_PER_S) * 1000
  const progress = { offset: writer.offset, validator: undefined as string | undefined, restarts: 0 }
  let failures = 0
  while (progress.offset < size) {
    if (signal.aborted) throw new HotloadError('HOTLOAD_CLOSED', 'the download was cancelled')
    const before = progress.offset
    const isEnough = (): boolean => progress.offset >= Math.min(before + LEAST_GAIN_BYTES, size)
    try {
      await fetchChunk(connections, download, progress, Math.max(endMs - performance.now(), 1))
      failures = isEnough() ? 0 : failures + 1
    } catch (error) {
      failures = isEnough() ? 1 : failures + 1
      if (!isWorthAnother(error) || failures >= MAX_FAILURES || performance.now() > endMs) throw error
      await pause(FIRST_PAUSE_MS * 2 ** failures * Math.random(), signal)
    }
    if (failures >= MAX_FAILURES) throw providerError(url, `byte ${progress.offset} of ${size} does not come`)
  }
}

interface Progress {
  offset: number
  /** Strong entity tag of what the first chunks came from. */
  validator: string | undefined
  restarts: number
}

/** A transport that broke is tried again; an answer that said no, and a disk that is full, are not. */
function isWorthAnother(error: unknown): boolean {
  return error instanceof HotloadError && error.code === 'HOTLOAD_PROVIDER' && error.cause !== undefined
}

async function fetchChunk(
  connections: Connections,
  { url, size, writer, chunkBytes, privateHeaders }: Download,
  progress: Progress,
  deadlineMs: number,
): Promise<void> {
  const end = Math.min(progress.offset + chunkBytes, size)
  const headers: Record<string, string> = { range: `bytes=${progress.offset}-${end - 1}` }
  if (progress.validator !== undefined) headers['if-range'] = progress.validator
  let refusal: string | undefined
  let isChanged = false
  let isWhole = false
  const answer = await exchange(connections, {
    url,
    headers,
    privateHeaders,
    deadlineMs,
    read: (head) => {
      if (head.status !== 200 && head.status !== 206) return undefined
      const etag = strongEtag(head)
      isChanged = head.status === 206 && progress.validator !== undefined && etag !== progress.validator
      isWhole = head.status === 200
      refusal = isWhole ? lengthProblem(head, size) : rangeProblem(head, progress.offset, size)
      if (isChanged || refusal !== undefined) return undefined
      progress.validator = etag
      return head.status === 206
        ? writeTo(writer, progress, end - progress.offset)
        : wholeTo(writer, progress, size)
    },
  }).catch(async (error: unknown) => {
    // Longer than the blob: what came of it is not the blob.
    if (isWhole && !isWorthAnother(error)) await restart(url, writer, progress)
    throw error
  })
  if (answer.status === 416 || isChanged) await restart(url, writer, progress)
  else if (refusal !== undefined) throw providerError(answer.url, refusal)
  else if (answer.status !== 200 && answer.status !== 206)
    throw new DownloadRefused(answer, `answered ${answer.status}; the blob was wanted`)
}

/** The answer to a download was no: with how long the provider wants to be left alone. */
export class DownloadRefused extends HotloadError {
  readonly retryAfterMs: number | undefined

  constructor(answer: Answer, found: string) {
    super('HOTLOAD_PROVIDER', `${answer.url.origin}${answer.url.pathname}: ${found}`)
    this.retryAfterMs = retryAfterOf(answer)
  }
}

function writeTo(writer: BlobWriter, progress: Progress, limit: number): BodyReader {
  return {
    limit,
    async write(chunk) {
      await writer.write(chunk)
      progress.offset += chunk.byteLength
    },
  }
}

/** All of it, since the provider does not know Range or the blob is another one than the first chunks came from. */
function wholeTo(writer: BlobWriter, progress: Progress, size: number): BodyReader {
  const inner = writeTo(writer, progress, size)
  let isStarted = false
  return {
    limit: size,
    async write(chunk) {
      if (!isStarted && progress.offset > 0) {
        await writer.restart()
        progress.offset = 0
      }
      isStarted = true
      await inner.write(chunk)
    },
  }
}

async function restart(url: URL, writer: BlobWriter, progress: Progress): Promise<void> {
  if (progress.restarts++ > 0) throw providerError(url, 'the blob changes while it is downloaded')
  await writer.restart()
  progress.offset = 0
  progress.validator = undefined
}

function lengthProblem(answer: Answer, size: number): string | undefined {
  const length = answer.header('content-length')
  return length === undefined || Number(length) === size
    ? undefined
    : `has ${length} bytes; the manifest says ${size}`
}

/** What of the Content-Range is not as asked for (RFC 9110 §14.4). */
function rangeProblem(answer: Answer, offset: number, size: number): string | undefined {
  const value = answer.header('content-range') ?? ''
  const [, first, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(value) ?? []
  if (first === undefined || total === undefined) return 'answered 206 without a Content-Range'
  if (Number(first) !== offset) return `sent byte ${first}; ${offset} was asked for`
  return total === '*' || Number(total) === size ? undefined : `has ${total} bytes; the manifest says ${size}`
}

export function strongEtag(answer: Answer): string | undefined {
  const etag = answer.header('etag')
  return etag?.startsWith('"') === true ? etag : undefined
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
    if (signal.aborted) done()
  })
}

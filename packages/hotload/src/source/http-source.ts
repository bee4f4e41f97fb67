import { HotloadError } from '../errors.ts'
import { MAX_ENVELOPE_BYTES } from '../manifest/envelope.ts'
import { shown } from '../manifest/json-value.ts'
import { verifierOf, type Trust } from '../manifest/trust.ts'
import { verifyManifest } from '../manifest/verify-manifest.ts'
import { createConnections } from './connections.ts'
import { CHUNK_BYTES, downloadInChunks, DownloadRefused } from './download.ts'
import { exchange, retryAfterOf, type Answer, type Exchange } from './exchange.ts'
import { fetchSmallOver } from './fetch-small.ts'
import { asProviderError, providerError } from './provider-error.ts'
import { createReportQueue } from './report-queue.ts'
import { baseOf, scheduleOf, type RequestOptions } from './request-options.ts'
import type { CheckRequest, CheckResult, Source } from './source.ts'
import { observedSource } from '../telemetry/observed-source.ts'
import { failed } from './whole-source.ts'

/** For a manifest, body included, beyond what a long-poll may wait. */
const CHECK_MS = 30_000
const REPORT_MS = 10_000
/** After so long without a body the check is not conditional: a validator that lies holds nobody for ever. */
const REVALIDATE_MS = 3_600_000

export interface HttpSourceOptions extends RequestOptions {
  /** Public keys (`ed25519:…` or PEM) one of which must have signed, or a threshold of them, or a verifier of your own. */
  readonly trust: Trust
  /** Long-poll: changes arrive at once. A provider that does not know it is polled. */
  readonly push?: boolean
}

/** A hotload provider: docs/wire.md has what is said. Throws where the URL, a key or a time cannot be meant. */
export function httpSource(url: string, options: HttpSourceOptions): Source {
  requireOptions(options)
  const base = baseOf(url)
  const trust = verifierOf(options.trust)
  const { chunkBytes = CHUNK_BYTES, headers: privateHeaders = {}, maxBlobBytes } = options
  const connections = createConnections(options.tls)
  const counts = { checks: 0, unchanged: 0, failed: 0 }
  const schedule = scheduleOf(options)
  let bodySeenMs = performance.now()
  let leftAloneUntilMs = 0
  let isClosed = false

  const reports = createReportQueue(async (body) => {
    await exchange(connections, {
      url: new URL('status', base),
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      privateHeaders,
      body,
      deadlineMs: REPORT_MS,
    })
  })

  async function check(request: CheckRequest): Promise<CheckResult> {
    const restMs = leftAloneUntilMs - performance.now()
    if (restMs > 0) return failed(providerError(base, 'wants to be left alone'), restMs)
    const known = performance.now() - bodySeenMs < REVALIDATE_MS ? request.etag : undefined
    const chunks: Uint8Array[] = []
    const question: Exchange = {
      url: new URL(`${request.name}/manifest`, base),
      headers: checkHeaders(request, known),
      privateHeaders,
      signal: request.signal,
      waitMs: request.waitMs ?? 0,
      deadlineMs: CHECK_MS + (request.waitMs ?? 0),
      read: ({ status }) =>
        status === 200 ? { limit: MAX_ENVELOPE_BYTES, write: (chunk) => void chunks.push(chunk) } : undefined,
    }
    const answer = await exchange(connections, question)
    const etag = answer.header('etag')
    if (answer.status === 304 && known !== undefined) return { kind: 'unchanged', etag: etag ?? known }
    if (answer.status !== 200) return failed(refusal(answer, request.name), retryAfterOf(answer))
    const manifest = await verifyManifest(Buffer.concat(chunks), {
      trust,
      name: request.name,
      highWater: request.highWater,
      memory: request.store,
      fetchSmall: fetchSmallOver(connections, {
        signal: request.signal,
        privateHeaders,
        origin: base.origin,
      }),
      ...(maxBlobBytes !== undefined && { maxBlobBytes }),
    })
    bodySeenMs = performance.now()
    return { kind: 'offered', manifest, ...(etag !== undefined && { etag }) }
  }

  const source: Source = {
    schedule,
    async check(request) {
      counts.checks++
      const result = isClosed
        ? failed(new HotloadError('HOTLOAD_CLOSED', 'the source is closed'))
        : await check(request).catch((error: unknown) => failed(asProviderError(base, error)))
      if (result.kind === 'unchanged') counts.unchanged++
      // What was called off is no failure of the provider.
      if (result.kind === 'failed' && !isClosed && !request.signal.aborted) counts.failed++
      return result
    },
    async download(manifest, writer, signal) {
      if (isClosed) throw new HotloadError('HOTLOAD_CLOSED', 'the source is closed')
      const blob = new URL(`blobs/sha512/${manifest.sha512}`, base)
      try {
        const { size } = manifest
        await downloadInChunks(connections, { url: blob, size, writer, chunkBytes, privateHeaders, signal })
      } catch (error) {
        if (error instanceof DownloadRefused) leftAloneUntilMs = performance.now() + (error.retryAfterMs ?? 0)
        throw error
      }
    },
    report(status) {
      reports.add(status)
    },
    get counters() {
      return { ...counts, ...connections.counts }
    },
    async close() {
      isClosed = true
      void reports.close()
      await connections.close()
    },
  }
  return observedSource(source, base)
}

/** A program without types may leave them out. */
function requireOptions(options: unknown): void {
  if (typeof options === 'object' && options !== null) return
  throw new TypeError(
    `httpSource() was given ${shown(options)} for options: httpSource(url, { trust: [publicKey] }) was wanted; hotload keygen writes a pair`,
  )
}

function checkHeaders({ waitMs, clientId }: CheckRequest, known: string | undefined): Record<string, string> {
  return {
    accept: 'application/json',
    'hotload-client': clientId,
    ...(known !== undefined && { 'if-none-match': known }),
    ...(waitMs !== undefined && { prefer: `wait=${Math.ceil(waitMs / 1000)}` }),
  }
}

function refusal({ status, url }: Answer, name: string): HotloadError {
  if (status === 404) return providerError(url, `answered 404: nothing is published as ${name} there`)
  return providerError(url, `answered ${status}; the manifest of ${name} was wanted`)
}

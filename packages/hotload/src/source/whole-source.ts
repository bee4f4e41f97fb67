import { HotloadError } from '../errors.ts'
import type { Connections } from './connections.ts'
import { asProviderError } from './provider-error.ts'
import type { CheckRequest, CheckResult, Schedule, Source } from './source.ts'
import { observedSource } from '../telemetry/observed-source.ts'

/** For what has no server that signs: such a manifest does not leave this machine. */
export const NEVER = '9999-12-31T23:59:59Z'

export interface WholeSource {
  readonly connections: Connections
  readonly schedule: Schedule
  /** For messages. */
  readonly url: URL
  readonly check: (request: CheckRequest) => Promise<CheckResult>
}

/** A source whose check is the download: what it offers is in the store already. */
export function wholeSource({ connections, schedule, url, check }: WholeSource): Source {
  const counts = { checks: 0, unchanged: 0, failed: 0 }
  let isClosed = false

  async function checked(request: CheckRequest): Promise<CheckResult> {
    try {
      if (isClosed) throw closed()
      return await check(request)
    } catch (error) {
      return failed(asProviderError(url, error))
    }
  }

  const source: Source = {
    schedule,
    async check(request) {
      counts.checks++
      const result = await checked(request)
      if (result.kind === 'unchanged') counts.unchanged++
      // What was called off is no failure of the provider.
      if (result.kind === 'failed' && !isClosed && !request.signal.aborted) counts.failed++
      return result
    },
    download() {
      const message = 'the file that was offered is not in the store any more: the next check brings it again'
      return Promise.reject(isClosed ? closed() : new HotloadError('HOTLOAD_PROVIDER', message))
    },
    get counters() {
      return { ...counts, ...connections.counts }
    },
    close() {
      isClosed = true
      return connections.close()
    },
  }
  return observedSource(source, url)
}

export function failed(error: Error, retryAfterMs?: number): CheckResult {
  return { kind: 'failed', error, ...(retryAfterMs !== undefined && { retryAfterMs }) }
}

function closed(): HotloadError {
  return new HotloadError('HOTLOAD_CLOSED', 'the source is closed')
}

import type { FetchSmall } from '../manifest/trust.ts'
import type { Connections } from './connections.ts'
import { exchange } from './exchange.ts'

const DEADLINE_MS = 30_000

export interface FetchSmallOptions {
  readonly signal?: AbortSignal
  /** Of the operator, for this origin alone. */
  readonly privateHeaders?: Readonly<Record<string, string>>
  readonly origin?: string
}

/** For what a verifier asks beside the document: over the pool of the source, so that all of it is counted and closed with it. */
export function fetchSmallOver(connections: Connections, options: FetchSmallOptions = {}): FetchSmall {
  const { signal, privateHeaders = {}, origin } = options
  return async (url, limitBytes) => {
    const chunks: Uint8Array[] = []
    const { status } = await exchange(connections, {
      url,
      headers: { accept: 'application/json' },
      privateHeaders: url.origin === origin ? privateHeaders : {},
      deadlineMs: DEADLINE_MS,
      ...(signal !== undefined && { signal }),
      read: (answer) =>
        answer.status === 200 ? { limit: limitBytes, write: (chunk) => void chunks.push(chunk) } : undefined,
    })
    return { status, bytes: Buffer.concat(chunks) }
  }
}

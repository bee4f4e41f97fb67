import { getSystemErrorMap } from 'node:util'
import { HotloadError, type ErrorCode } from '../errors.ts'

/** What the provider did wrong, where, and what was wanted of it. */
export function providerError(
  url: URL,
  found: string,
  options: ErrorOptions & { readonly code?: ErrorCode } = {},
): HotloadError {
  const { code = 'HOTLOAD_PROVIDER', ...rest } = options
  return new HotloadError(code, `${url.origin}${url.pathname}: ${found}`, rest)
}

/** For an error of the network or of undici; a `HotloadError` stays what it is. */
export function asProviderError(url: URL, error: unknown): HotloadError {
  return error instanceof HotloadError ? error : providerError(url, networkReason(error), { cause: error })
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: is the provider running there?',
  ENOTFOUND: 'no such host: is the name right?',
  UND_ERR_CONNECT_TIMEOUT: 'no connection within 10 seconds: does a firewall drop it?',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'the answer stopped for 30 seconds',
  UND_ERR_HEADERS_OVERFLOW: 'more than 16 KiB of headers',
  UND_ERR_SOCKET: 'the provider closed the connection before the answer was complete',
  UND_ERR_CLOSED: 'the client is closed',
  UND_ERR_DESTROYED: 'the client is closed',
}

function networkReason(error: unknown): string {
  if (!(error instanceof Error)) return 'the request failed'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const known = REASONS[code]
  if (known !== undefined) return known
  const errno = 'errno' in error && typeof error.errno === 'number' ? error.errno : undefined
  const words = errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]
  // One error for each address that was tried.
  if (error instanceof AggregateError) return networkReason(error.errors[0])
  return words ?? error.message
}

import type { TlsOptions } from './connections.ts'
import { shown } from '../manifest/json-value.ts'
import { durationMs } from './duration.ts'
import type { Schedule } from './source.ts'

const DEFAULT_EVERY = '30s'
const WAIT_MS = 30_000

/** Of every source that asks over HTTP. */
export interface RequestOptions {
  /** Mean time between two checks: `'30s'` where it is absent. */
  readonly every?: string | number
  /** Of every request to the provider itself, a token for instance; not sent to where redirects lead. */
  readonly headers?: Readonly<Record<string, string>>
  readonly tls?: TlsOptions
  /** Of a download, in bytes; 1 MiB where it is absent. A cancelled download ends at the edge of one. */
  readonly chunkBytes?: number
  /** A larger blob is refused; 1 GiB where it is absent. */
  readonly maxBlobBytes?: number
}

export function scheduleOf({
  every = DEFAULT_EVERY,
  push = false,
}: {
  readonly every?: string | number
  readonly push?: boolean
}): Schedule {
  return { everyMs: durationMs(every, 'every'), ...(push && { waitMs: WAIT_MS }) }
}

/** With a slash at its end, so that what is named relative to it lies below it. */
export function baseOf(url: string): URL {
  const base = httpUrl(url)
  if (!base.pathname.endsWith('/')) base.pathname += '/'
  base.search = ''
  base.hash = ''
  return base
}

/** Throws a `TypeError` where the URL cannot be meant. */
export function httpUrl(url: unknown): URL {
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
    throw new TypeError(`the URL of a source is ${shown(url)}: http:// or https:// was wanted`)
  if (parsed.username !== '' || parsed.password !== '')
    throw new TypeError('the URL of a source holds a password: give it as headers: { authorization: … }')
  return parsed
}

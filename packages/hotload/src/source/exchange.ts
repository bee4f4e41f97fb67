import type { Dispatcher } from 'undici'
import { HotloadError } from '../errors.ts'
import type { Connections } from './connections.ts'
import { consume, type BodyReader } from './consume.ts'
import { asProviderError, providerError } from './provider-error.ts'
import { retryAfterMs } from './retry-after.ts'

/** For the header section, beyond what a long-poll may wait. */
const HEADERS_MS = 15_000
const MAX_REDIRECTS = 5
/** A server that closes an idle connection while a request is on its way to it does so within a round trip. */
const RACE_MS = 1000
const REDIRECTS = [301, 302, 303, 307, 308]

export interface Exchange {
  readonly url: URL
  readonly method?: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  /** Of the operator, tokens for instance: not sent to the hosts that redirects lead to. */
  readonly privateHeaders?: Readonly<Record<string, string>>
  readonly body?: string
  /** Aborts at once: for what waits. A download is not given one, and ends at the edge of a chunk. */
  readonly signal?: AbortSignal
  /** The provider may hold its answer this long. */
  readonly waitMs?: number
  /** For all of it, body included: whoever sends a byte a second does not hold it longer. */
  readonly deadlineMs: number
  /** Says who takes the body; where nobody does it is read and forgotten. */
  read?(answer: Answer): BodyReader | undefined
}

export interface Answer {
  readonly status: number
  readonly url: URL
  header(name: string): string | undefined
}

/** One request, its redirects, and all of the answer's body. Rejects with a `HotloadError`. */
export async function exchange(connections: Connections, request: Exchange): Promise<Answer> {
  using deadline = startDeadline(request, connections.late)
  let url = request.url
  try {
    for (let hops = 0; ; hops++) {
      const isElsewhere = url.origin !== request.url.origin
      const hop = isElsewhere ? { ...request, url, privateHeaders: {} } : { ...request, url }
      const answer = await ask(connections, hop, deadline.signal)
      const location = REDIRECTS.includes(answer.status) ? answer.header('location') : undefined
      if (location === undefined) return answer
      if (hops === MAX_REDIRECTS) throw providerError(request.url, `more than ${MAX_REDIRECTS} redirects`)
      url = redirected(url, location)
    }
  } catch (error) {
    throw asProviderError(url, error)
  }
}

async function ask(connections: Connections, request: Exchange, signal: AbortSignal): Promise<Answer> {
  const { response, url } = await send(connections, request, signal)
  const answer: Answer = {
    status: response.statusCode,
    url,
    header: (name) => {
      const value = response.headers[name]
      return Array.isArray(value) ? value[0] : value
    },
  }
  const isRedirect = REDIRECTS.includes(answer.status)
  await consume(response.body, isRedirect ? undefined : request.read?.(answer))
  return answer
}

/** Sends it again, once and at once, where the server had closed the idle connection that it was sent on. */
async function send(
  connections: Connections,
  request: Exchange,
  signal: AbortSignal,
): Promise<{ response: Dispatcher.ResponseData; url: URL }> {
  const startMs = performance.now()
  const { url } = request
  const options = {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: request.method ?? 'GET',
    headers: {
      'user-agent': 'hotload',
      // What is named by its digest is wanted as it is.
      'accept-encoding': 'identity',
      ...request.headers,
      ...request.privateHeaders,
    },
    body: request.body ?? null,
    headersTimeout: (request.waitMs ?? 0) + HEADERS_MS,
    signal,
  } as const
  try {
    return { response: await connections.agent.request(options), url }
  } catch (error) {
    const isRace = connections.isOfReusedSocket(error) && performance.now() - startMs < RACE_MS
    if (!isRace || signal.aborted) throw error
    return { response: await connections.agent.request(options), url }
  }
}

function redirected(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined
  const isSafe = to?.protocol === 'https:' || (to?.protocol === 'http:' && from.protocol === 'http:')
  if (to === undefined || !isSafe)
    throw providerError(from, 'a redirect to what is no http URL, or from https to http')
  to.username = ''
  to.password = ''
  return to
}

function startDeadline(request: Exchange, late: AbortSignal): { signal: AbortSignal } & Disposable {
  const controller = new AbortController()
  const timer = setTimeout(() => {
    const seconds = Math.round(request.deadlineMs / 1000)
    controller.abort(providerError(request.url, `not done within ${seconds} seconds`))
  }, request.deadlineMs)
  const onAbort = (): void => {
    controller.abort(new HotloadError('HOTLOAD_CLOSED', 'the request was cancelled'))
  }
  const signals = request.signal === undefined ? [late] : [late, request.signal]
  for (const signal of signals) signal.addEventListener('abort', onAbort, { once: true })
  if (signals.some(({ aborted }) => aborted)) onAbort()
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      clearTimeout(timer)
      for (const signal of signals) signal.removeEventListener('abort', onAbort)
    },
  }
}

/** Seconds or a date, of an answer that was not a success. */
export function retryAfterOf(answer: Answer): number | undefined {
  return retryAfterMs(answer.header('retry-after'), answer.header('date'))
}

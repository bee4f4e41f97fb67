import { once } from 'node:events'
import { createServer } from 'node:http'
import { isIP } from 'node:net'
import type { ListenAddress } from './watch-listen-address.ts'
import { METRICS_CONTENT_TYPE } from './watch-metrics-text.ts'

export interface MetricsServer {
  /** `127.0.0.1:9411`; the port that was given when 0 was asked for. */
  readonly address: string
  close(): Promise<void>
}

const TIMEOUT_MS = 5000
/** Whoever scrapes needs one or two. */
const MAX_CONNECTIONS = 32

/** Serves `/metrics`, and `/healthz` for whoever restarts what does not answer. Rejects when it cannot listen. */
export async function serveMetrics(
  { host, port }: ListenAddress,
  metrics: () => string,
): Promise<MetricsServer> {
  const server = createServer(
    { requestTimeout: TIMEOUT_MS, headersTimeout: TIMEOUT_MS },
    (request, response) => {
      const path = (request.url ?? '').replace(/\?.*$/s, '')
      const isRead = request.method === 'GET' || request.method === 'HEAD'
      const answer = isRead ? answerTo(path, metrics) : undefined
      const type = path === '/metrics' ? METRICS_CONTENT_TYPE : 'text/plain; charset=utf-8'
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': type })
      response.end(answer ?? 'GET /metrics or /healthz\n')
    },
  )
  server.maxConnections = MAX_CONNECTIONS
  server.listen(port, host)
  await once(server, 'listening')
  // A scrape could not be accepted, for want of descriptors say: the watch goes on.
  server.on('error', () => undefined)
  const bound = server.address()
  const own = typeof bound === 'object' && bound !== null ? bound.port : port
  return {
    address: `${isIP(host) === 6 ? `[${host}]` : host}:${own}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function answerTo(path: string, metrics: () => string): string | undefined {
  if (path === '/metrics') return metrics()
  return path === '/healthz' ? 'ok\n' : undefined
}

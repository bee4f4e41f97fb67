import type { ServerResponse } from 'node:http'

/** Plain words, and none of what was asked for. */
export function refuse(response: ServerResponse, status: number, because: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
  response.end(`${because}\n`)
}

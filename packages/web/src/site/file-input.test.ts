import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { openSource } from './file-input.ts'

const servers: Server[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
})

describe('a large file that is served', () => {
  const LARGE = 65 << 20

  it('is read at random where the server knows ranges', async () => {
    const bytes = Buffer.from('0123456789')
    const url = await served((request, response) => {
      const [, first = '', last = ''] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
      response.writeHead(206).end(bytes.subarray(Number(first), Number(last) + 1))
    })
    const input = await openSource({ kind: 'served', path: 'a.pcap', url, bytes: LARGE })
    expect(Buffer.from((await input.readAt?.(3, 4)) ?? []).toString()).toBe('3456')
  })

  it('is asked for no part where the server would send all of it, of which no more is taken than the beginning', async () => {
    const cut = new AbortController()
    const url = await served((_, response) => {
      // It goes on until nobody listens any more.
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      }
      response.on('drain', more).once('close', () => cut.abort())
      response.writeHead(200)
      more()
    })
    const input = await openSource({ kind: 'served', path: 'a.pcap', url, bytes: LARGE })
    if (!cut.signal.aborted) await once(cut.signal, 'abort')
    expect(Object.keys(input)).not.toContain('readAt')
  })

  it('is said to be refused where a part of it is', async () => {
    let answers = 0
    const url = await served((_, response) => {
      answers += 1
      response.writeHead(answers === 1 ? 206 : 404).end('none')
    })
    const input = await openSource({ kind: 'served', path: 'a.pcap', url, bytes: LARGE })
    await expect(input.readAt?.(0, 100)).rejects.toThrow('server-answered')
  })
})

async function served(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('not listening')
  return `http://127.0.0.1:${address.port}/a.pcap`
}

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startFaultyProvider, type Fault, type FaultyProvider } from './faulty-provider.ts'

const BODY = 'x'.repeat(5000)
let provider: FaultyProvider
const sockets: Socket[] = []

beforeEach(async () => {
  provider = await startFaultyProvider((request, response) => {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
    if (first === undefined || last === undefined) response.writeHead(200, { etag: '"a"' }).end(BODY)
    else
      response
        .writeHead(206, { etag: '"a"', 'content-range': `bytes ${first}-${last}/${BODY.length}` })
        .end(BODY.slice(Number(first), Number(last) + 1))
  })
})

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await provider.close()
})

/** The tests of the wire stand on these faults: that each is what its name says is shown here, byte by byte. */
describe('the faulty provider', () => {
  it('answers well where no fault is injected, on one connection', async () => {
    const socket = connected()
    expect(await exchange(socket, '/a')).toMatch(/^HTTP\/1\.1 200[^]*content-length: 5000[^]*x{5000}$/)
    expect(await exchange(socket, '/b')).toMatch(/x{5000}$/)
    expect(provider.requests.map(({ path, connection }) => [path, connection])).toEqual([
      ['/a', 1],
      ['/b', 1],
    ])
  })

  const cut: readonly (readonly [Fault, RegExp])[] = [
    [{ kind: 'truncate', framing: 'length', afterBytes: 100 }, /content-length: 5000[^]*\r\n\r\nx{100}$/],
    [
      { kind: 'truncate', framing: 'chunked', afterBytes: 100 },
      /transfer-encoding: chunked[^]*\r\n\r\n64\r\nx{100}\r\n$/,
    ],
    [{ kind: 'truncate', framing: 'close', afterBytes: 100 }, /connection: close[^]*\r\n\r\nx{100}$/],
    [{ kind: 'restart', afterBytes: 100 }, /content-length: 5000[^]*\r\n\r\nx{100}$/],
    [{ kind: 'garbage' }, /^\0/],
  ]
  it.each(cut)('%j ends the connection too early', async (fault, expected) => {
    provider.inject(fault, { times: 1 })
    expect(await untilEnd(connected(), '/a')).toMatch(expected)
    // And after it all is well again, on the same port.
    expect(await exchange(connected(), '/a')).toMatch(/x{5000}$/)
  })

  const whole: readonly (readonly [Fault, RegExp])[] = [
    [{ kind: 'ignore-range' }, /^HTTP\/1\.1 200[^]*x{5000}$/],
    [{ kind: 'wrong-range', shift: 7 }, /^HTTP\/1\.1 206[^]*content-range: bytes 17-19\/5000[^]*xxx$/],
    [
      { kind: 'status', status: 429, retryAfter: '7', body: 'no' },
      /^HTTP\/1\.1 429[^]*retry-after: 7[^]*no$/,
    ],
    [{ kind: 'not-modified-without-etag' }, /^HTTP\/1\.1 304 X\r\ndate: [^\r]*\r\n\r\n$/],
    [{ kind: 'lying-etag', etag: '"lie"' }, /^HTTP\/1\.1 206[^]*etag: "lie"/],
    [{ kind: 'redirect-loop' }, /^HTTP\/1\.1 302[^]*location: \/a\?1\r\n/],
  ]
  it.each(whole)('%j is a whole answer', async (fault, expected) => {
    provider.inject(fault)
    expect(await exchange(connected(), '/a', 'Range: bytes=10-12\r\n')).toMatch(expected)
  })

  it('changes to another listener in between', async () => {
    provider.inject({
      kind: 'change',
      afterRequests: 1,
      to: (_, response) => {
        response.end('other')
      },
    })
    const socket = connected()
    expect(await exchange(socket, '/a')).toMatch(/x$/)
    expect(await exchange(socket, '/a')).toMatch(/other$/)
  })

  it('resets in mid-body', async () => {
    provider.inject({ kind: 'reset', afterBytes: 100 })
    const socket = connected()
    socket.write('GET /a HTTP/1.1\r\n\r\n')
    socket.resume()
    const [error] = await once(socket, 'error')
    expect(error).toMatchObject({ code: 'ECONNRESET' })
  })

  it.each([
    { kind: 'endless-headers' },
    { kind: 'endless-body', framing: 'length' },
    { kind: 'endless-body', framing: 'chunked' },
    { kind: 'endless-body', framing: 'close' },
  ] satisfies Fault[])('%j goes on until the client leaves', async (fault) => {
    provider.inject(fault)
    const socket = connected()
    socket.write('GET /a HTTP/1.1\r\n\r\n')
    let bytes = 0
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > 3_000_000) break
    }
    expect(bytes).toBeGreaterThan(3_000_000)
    await vi.waitFor(() => expect(provider.openConnections).toBe(0))
  })

  it('says nothing as a black hole', async () => {
    provider.inject({ kind: 'black-hole' })
    const socket = connected()
    socket.write('GET /a HTTP/1.1\r\n\r\n')
    socket.end()
    const other = connected()
    provider.inject(undefined)
    await exchange(other, '/b')
    expect(socket.bytesRead).toBe(0)
  })
})

function connected(): Socket {
  const socket = connect(provider.port, '127.0.0.1')
  sockets.push(socket)
  return socket
}

/** One answer: its length is known, or it has none. */
async function exchange(socket: Socket, path: string, headers = ''): Promise<string> {
  socket.write(`GET ${path} HTTP/1.1\r\n${headers}\r\n`)
  let text = ''
  for (;;) {
    const [bytes] = (await once(socket, 'data')) as [Buffer]
    text += bytes.toString('latin1')
    const end = text.indexOf('\r\n\r\n')
    const length = Number(/content-length: (\d+)/.exec(text)?.[1] ?? 0)
    if (end !== -1 && text.length >= end + 4 + length) return text
  }
}

async function untilEnd(socket: Socket, path: string): Promise<string> {
  socket.write(`GET ${path} HTTP/1.1\r\n\r\n`)
  let text = ''
  for await (const bytes of socket as AsyncIterable<Buffer>) text += bytes.toString('latin1')
  return text
}

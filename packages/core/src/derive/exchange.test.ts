import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readExchange } from './exchange.ts'

const NONE = new Uint8Array(0)
function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

test('reads what a person would of an HTTP exchange', () => {
  const request = ascii('POST /upload?x=1 HTTP/1.1\r\nHost: files.example\r\nContent-Length: 300\r\n\r\nabc')
  const response = ascii(
    'HTTP/1.1 413 Payload Too Large\r\nServer: nginx\r\ncontent-length: 12\r\nConnection: close\r\n\r\nhello',
  )
  expect(readExchange(request, response, request, response)).toEqual({
    protocol: 'http',
    method: 'POST',
    target: '/upload?x=1',
    host: 'files.example',
    requestLength: 300,
    requestHeadBytes: 71,
    requestHeadComplete: true,
    requestChunked: false,
    status: 413,
    responseLength: 12,
    responseHeadBytes: 88,
    serverSoftware: 'nginx',
    closes: true,
  })
})

test('a head that was cut says so and gives what was there', () => {
  const request = ascii('GET /very/long HTTP/1.1\r\nHost: a.exam')
  expect(readExchange(request, NONE, request, NONE)).toMatchObject({
    method: 'GET',
    requestHeadComplete: false,
  })
})

test('names the host that a ClientHello asks for', () => {
  const name = ascii('db.internal')
  const extension = [0, 0, 0, name.length + 5, 0, name.length + 3, 0, 0, name.length, ...name]
  const body = [
    3,
    3,
    ...Array.from({ length: 32 }, () => 7),
    0,
    0,
    2,
    0x13,
    0x01,
    1,
    0,
    0,
    extension.length,
    ...extension,
  ]
  const hello = Uint8Array.from([0x16, 3, 1, 0, body.length + 4, 1, 0, 0, body.length, ...body])
  expect(readExchange(hello, NONE, hello, NONE)).toEqual({
    protocol: 'tls',
    tlsClient: true,
    tlsServer: false,
    serverName: 'db.internal',
  })
})

test('sees plain text on a TLS port, from either side', () => {
  const hello = Uint8Array.from([0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0])
  const alert = Uint8Array.from([0x15, 3, 3, 0, 2, 2, 40])
  const get = ascii('GET / HTTP/1.1\r\n\r\n')
  const bad = ascii('HTTP/1.1 400 Bad Request\r\n\r\n')
  expect(readExchange(get, alert, get, alert).tlsMismatch).toBe('plain-client')
  expect(readExchange(hello, bad, hello, bad).tlsMismatch).toBe('plain-server')
})

test('takes the end of a record, in place of the beginning of one, neither for plain text nor for TLS', () => {
  const hello = Uint8Array.from([0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0])
  const certificate = Uint8Array.from([0x31, 0x25, 0x30, 0x23, 0x06, 0x03, 0x55, 0x04])
  expect(readExchange(hello, certificate, hello, certificate).tlsMismatch).toBeUndefined()
})

test.each([
  ['the greeting of a database', [0x4a, 0, 0, 0, 0x0a, 0x38, 0x2e, 0x30]],
  ['the negotiation of telnet', [0xff, 0xfd, 0x26]],
])('knows %s from TLS where it is the first that the server sent', (_, bytes) => {
  const hello = Uint8Array.from([0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0])
  const greeting = Uint8Array.from(bytes)
  expect(readExchange(hello, greeting, hello, greeting, true).tlsMismatch).toBe('plain-server')
  expect(readExchange(hello, greeting, hello, greeting, false).tlsMismatch).toBeUndefined()
})

test('takes no record of TLS for a greeting', () => {
  const hello = Uint8Array.from([0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0])
  for (const type of [0x14, 0x15, 0x16, 0x17, 0x18]) {
    const record = Uint8Array.from([type, 3, 3, 0, 1, 1])
    expect(readExchange(hello, record, hello, record, true).tlsMismatch).toBeUndefined()
  }
})

test('reads a hello in the form of SSL 2.0 as TLS', () => {
  const old = Uint8Array.from([0x80, 0x55, 1, 3, 1, 0, 0x3c, 0, 0, 0, 0x10])
  const serverHello = Uint8Array.from([0x16, 3, 1, 0, 0x4a, 2, 0])
  expect(readExchange(old, serverHello, old, serverHello)).toMatchObject({ protocol: 'tls', tlsClient: true })
  expect(readExchange(old, serverHello, old, serverHello).tlsMismatch).toBeUndefined()
})

test('never throws, whatever the bytes', () => {
  const bytes = fc.uint8Array({ maxLength: 400 })
  fc.assert(
    fc.property(bytes, bytes, bytes, bytes, (a, b, c, d) => {
      readExchange(a, b, c, d)
    }),
  )
  const hello = fc
    .uint8Array({ maxLength: 300 })
    .map((tail) => Uint8Array.from([0x16, 3, 1, 0, 9, 1, ...tail]))
  fc.assert(
    fc.property(hello, (head) => {
      readExchange(head, NONE, head, NONE)
    }),
  )
})

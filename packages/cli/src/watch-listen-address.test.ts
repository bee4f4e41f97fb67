import { expect, it } from 'vitest'
import { parseListenAddress } from './watch-listen-address.ts'

it.each([
  ['127.0.0.1:9411', '127.0.0.1', 9411],
  ['localhost:80', '127.0.0.1', 80],
  ['[::1]:9411', '::1', 9411],
  [':9411', '127.0.0.1', 9411],
  ['0.0.0.0:0', '0.0.0.0', 0],
])('%s is an address', (typed, host, port) => {
  expect(parseListenAddress(typed)).toEqual({ host, port })
})

it.each(['9411', '127.0.0.1', '127.0.0.1:99999', '::1:9411', '1.2.3:80', 'http://127.0.0.1:80', ''])(
  '"%s" is none',
  (typed) => {
    expect(() => parseListenAddress(typed)).toThrow('An address was wanted')
  },
)

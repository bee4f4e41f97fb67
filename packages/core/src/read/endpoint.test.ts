import { isIPv4, isIPv6 } from 'node:net'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatAddress, isAnyAddress, parseAddress, parseDottedEndpoint, parseEndpoint } from './endpoint.ts'

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['[::FFFF:A00:1]', '10.0.0.1'],
  ['0:0:0:0:0:ffff:10.0.0.1', '10.0.0.1'],
  ['[fe80::1%eth0]', 'fe80::1'],
  ['[fe80::1234:5678:9abc:def0]%d0', 'fe80::1234:5678:9abc:def0'],
  ['127.0.0.53%lo', '127.0.0.53'],
  ['2001:0DB8:0000:0000:0001:0000:0000:0001', '2001:db8::1:0:0:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['::', '::'],
  ['::1', '::1'],
  ['1::', '1::'],
  ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ['*', '*'],
])('writes %s as %s', (printed, canonical) => {
  expect(parseAddress(printed)).toBe(canonical)
})

test.each([
  '',
  '1.2.3',
  '256.1.1.1',
  '1.2.3.4.5',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '12345::',
  'localhost',
  '1:2:3:4:5:6:7::8:9',
])('takes %j for no address', (text) => {
  expect(parseAddress(text)).toBeUndefined()
})

test.each([
  ['10.0.0.1:8080', { address: '10.0.0.1', port: 8080 }],
  ['[::ffff:10.0.0.1]:8080', { address: '10.0.0.1', port: 8080 }],
  ['::ffff:10.0.0.1:8080', { address: '10.0.0.1', port: 8080 }],
  ['[::]:*', { address: '::' }],
  [':::22', { address: '::', port: 22 }],
  [':::*', { address: '::' }],
  ['*:443', { address: '*', port: 443 }],
  ['*:*', { address: '*' }],
  ['0.0.0.0%d0:7777', { address: '0.0.0.0', port: 7777 }],
  ['[fe80::1]%d0:9999', { address: 'fe80::1', port: 9999 }],
  ['[fe80::1%12]:445', { address: 'fe80::1', port: 445 }],
  ['0.0.0.0:0', { address: '0.0.0.0' }],
  ['localhost:http-alt', { address: 'localhost', port: 8080 }],
  ['db-1.example.org:some-service', { address: 'db-1.example.org' }],
])('splits %s at its port', (printed, end) => {
  expect(parseEndpoint(printed)).toEqual(end)
})

test.each([
  ['10.0.0.1.8080', { address: '10.0.0.1', port: 8080 }],
  ['*.*', { address: '*' }],
  ['*.22', { address: '*', port: 22 }],
  ['::1.631', { address: '::1', port: 631 }],
  ['fe80::1%lo0.53', { address: 'fe80::1', port: 53 }],
])('splits %s of macOS at its port', (printed, end) => {
  expect(parseDottedEndpoint(printed)).toEqual(end)
})

test.each(['10.0.0.1:65536', '10.0.0.1', ':80', 'users:(("x",pid=1,fd=2))', '1.2.3:80', '::1]:80'])(
  'takes %j for no endpoint',
  (text) => {
    expect(parseEndpoint(text)).toBeUndefined()
  },
)

test('every address that is formatted is read back unchanged', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
    // Runs of zeros, where `::` has to be placed.
    fc
      .array(fc.constantFrom(0, 0, 0, 1), { minLength: 16, maxLength: 16 })
      .map((list) => Uint8Array.from(list)),
  )
  fc.assert(
    fc.property(bytes, fc.integer({ min: 1, max: 65_535 }), (address, port) => {
      const text = formatAddress(address)
      expect(isIPv4(text) || isIPv6(text)).toBe(true)
      expect(parseAddress(text)).toBe(text)
      expect(parseEndpoint(`[${text}]:${port}`)).toEqual({ address: text, port })
      expect(parseDottedEndpoint(`${text}.${port}`)).toEqual({ address: text, port })
    }),
  )
})

test('arbitrary text never throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      parseAddress(text)
      parseEndpoint(text)
      parseDottedEndpoint(text)
    }),
  )
})

test('knows the addresses that mean any', () => {
  expect(['*', '0.0.0.0', '::', '::1', '10.0.0.1'].map(isAnyAddress)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ])
})

import { describe, expect, it } from 'vitest'
import { parsePeer } from './peer-option.ts'

describe('parsePeer', () => {
  it.each([
    ['10.91.1.2', { host: '10.91.1.2' }],
    ['10.91.1.2:8080', { host: '10.91.1.2', port: 8080 }],
    ['2001:db8::2', { host: '2001:db8::2' }],
    ['[2001:db8::2]', { host: '2001:db8::2' }],
    ['[2001:db8::2]:443', { host: '2001:db8::2', port: 443 }],
    ['[2001:DB8:0:0::0002]:443', { host: '2001:db8::2', port: 443 }],
    ['::ffff:10.91.1.2', { host: '10.91.1.2' }],
    ['fe80::1%eth0', { host: 'fe80::1' }],
    // Without brackets the last group could be a port: it is not taken for one.
    ['2001:db8::2:443', { host: '2001:db8::2:443' }],
  ])('reads %s', (typed, peer) => {
    expect(parsePeer(typed)).toEqual(peer)
  })

  it('says that names are not looked up', () => {
    expect(() => parsePeer('db.internal:5432')).toThrow('Names are not looked up')
  })

  it.each([
    '',
    ':80',
    '10.0.0.1:0',
    '10.0.0.1:65536',
    '10.0.0.1:http',
    '[10.0.0.1]:80',
    '300.1.1.1',
    '10.0.0.1:80:80',
  ])('refuses %j', (typed) => {
    expect(() => parsePeer(typed)).toThrow('wanted')
  })
})

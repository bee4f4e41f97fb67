import { describe, expect, it } from 'vitest'
import { formatAddress, parseAddress, type Address } from './address.ts'

describe('the address bar', () => {
  it('opens the connection of a bare #incident=12, counted from 1', () => {
    expect(parseAddress('#incident=12')).toMatchObject({ view: 'connection', selection: { incident: 11 } })
  })

  it('gives back what it was given', () => {
    const address: Address = {
      view: 'timeline',
      side: 'after',
      selection: { incident: 3, connection: 8, finding: 0, frame: 17 },
      range: { fromNs: -5, toNs: 12_345_678_901_234 },
      filter: { text: '10.0.0.1:80 & <b>#', cause: 'garbage-collected' },
      sort: { column: 'unread', isDescending: true },
      asked: { peer: '[2001:db8::1]:80', from: '2026-11-22T14:55:21Z' },
      lang: 'zh',
      theme: 'dark',
    }
    expect(parseAddress(formatAddress(address))).toEqual(address)
  })

  it('leaves out what does not fit instead of failing', () => {
    const address = parseAddress(
      '#view=admin&incident=-1&frame=1e9&time=9-3&sort=__proto__&lang=xx&theme=%00&side=up',
    )
    expect(address).toEqual({ view: 'answer', selection: {}, filter: {} })
  })

  it('says nothing of what is as usual', () => {
    expect(formatAddress({ view: 'answer', selection: {}, filter: {} })).toBe('#')
    expect(formatAddress({ view: 'connection', selection: { incident: 11 }, filter: {} })).toBe(
      '#incident=12',
    )
  })
})

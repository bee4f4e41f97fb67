import { describe, expect, it } from 'vitest'
import { clockRange, count, decimal, duration, timeRange } from './numbers.ts'

describe('numbers', () => {
  it('groups thousands', () => {
    expect([0, 999, 1000, 119_808, 24_100_000, -1234].map(count)).toEqual([
      '0',
      '999',
      '1,000',
      '119,808',
      '24,100,000',
      '-1,234',
    ])
  })

  it('gives as many digits as the number means', () => {
    expect([0, 0.2, 3.333, 14.1, 130.4, 0.000_01].map(decimal)).toEqual([
      '0',
      '0.2',
      '3.33',
      '14.1',
      '130',
      '0.00001',
    ])
  })

  it('names durations by their largest fitting unit', () => {
    expect([0.0141, 1.23, 66.2, 119, 1800, 86_400, 1e6].map(duration)).toEqual([
      '14.1 ms',
      '1.2 s',
      '66 s',
      '119 s',
      '30 min',
      '24 h',
      '12 d',
    ])
  })
})

describe('time ranges', () => {
  const early = '2026-11-22T14:55:16.612345678Z'

  it('says the day once', () => {
    expect(timeRange(early, '2026-11-22T14:56:20Z')).toBe('2026-11-22 14:55:16 … 14:56:20 UTC')
    expect(timeRange(early, '2026-11-23T00:00:01Z')).toBe('2026-11-22 14:55:16 … 2026-11-23 00:00:01 UTC')
  })

  it('goes to milliseconds within one second', () => {
    expect(timeRange(early, early)).toBe('2026-11-22 14:55:16.612 UTC')
  })

  it('gives back what is not a time', () => {
    expect(timeRange('?', '?')).toBe('?')
    expect(clockRange('x', early)).toBe(`x … ${early}`)
  })
})

import { InvalidArgumentError } from 'commander'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseOffset, parseTime } from './time-option.ts'

const UTC = Date.UTC(2026, 10, 22, 14, 55, 21)

describe('parseTime', () => {
  it.each([
    ['2026-11-22T14:55:21Z', UTC],
    ['2026-11-22 14:55:21', UTC],
    ['2026-11-22T22:55:21+08:00', UTC],
    ['2026-11-22T11:25:21-0330', UTC],
    ['2026-11-22T14:55:21.190000000Z', UTC + 190],
    ['2026-11-22T14:55:21,5', UTC + 500],
    ['2026-11-22T14:55Z', UTC - 21_000],
    ['2026-11-22', Date.UTC(2026, 10, 22)],
  ])('reads %s', (typed, unixMs) => {
    expect(parseTime(typed)).toBe(unixMs)
  })

  it.each([
    '',
    'yesterday',
    '14:55',
    '2026-02-30',
    '2026-11-22T25:00:00Z',
    '2026-11-22T14:55:21+99:00',
    '0000',
  ])('refuses %j and says what is wanted', (typed) => {
    expect(() => parseTime(typed)).toThrow(InvalidArgumentError)
  })

  it('reads back every millisecond that a Diagnosis can print', () => {
    const date = fc.date({ min: new Date('1970-01-01'), max: new Date('2261-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(date, (moment) => {
        expect(parseTime(moment.toISOString())).toBeCloseTo(moment.getTime(), 6)
      }),
    )
  })
})

describe('parseOffset', () => {
  it('reads the ways in which offsets are written', () => {
    expect(['+08:00', '-0330', '+8', '+00:00'].map((typed) => parseOffset(typed, ''))).toEqual([
      480, -210, 480, 0,
    ])
  })

  it.each(['8', '+15:00', '+08:75', '+8:0'])('refuses %s', (typed) => {
    expect(() => parseOffset(typed, '+08:00 was wanted')).toThrow('+08:00 was wanted')
  })
})

import { describe, expect, it } from 'vitest'
import { isSameAllYear, parseZone } from './zone-option.ts'

const WINTER = Date.UTC(2026, 0, 15)
const SUMMER = Date.UTC(2026, 6, 15)

describe('parseZone', () => {
  it.each([
    ['+08:00', 480, 480],
    ['-03:30', -210, -210],
    ['UTC', 0, 0],
    ['Asia/Shanghai', 480, 480],
    ['Asia/Kathmandu', 345, 345],
    ['Europe/Berlin', 60, 120],
    ['America/St_Johns', -210, -150],
  ])('knows %s in winter and in summer', (typed, winter, summer) => {
    const zone = parseZone(typed)
    expect([zone.minutesAt(WINTER), zone.minutesAt(SUMMER)]).toEqual([winter, summer])
    expect(isSameAllYear(zone, SUMMER)).toBe(winter === summer)
  })

  it.each(['', 'Shanghai', '08:00', '+8000', 'Mars/Phobos'])('refuses %j', (typed) => {
    expect(() => parseZone(typed)).toThrow('wanted')
  })
})

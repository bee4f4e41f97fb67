import { expect, test } from 'vitest'
import { chooseZone, toUnixMs } from './clock.ts'

const NOON = Date.UTC(2026, 10, 22, 12)
const HOUR = 3_600_000
const resetsMs = [NOON + 10_000, NOON + 25_000, NOON + 47_000]
const frame = { fromMs: NOON, toMs: NOON + 60_000, resetsMs }
const utc = { zoneMinutes: 0, how: 'assumed' as const }

test('a printed zone is taken as printed, whatever the machine that analyses', () => {
  expect(toUnixMs({ clock: 'wall', localMs: NOON + 8 * HOUR, zoneMinutes: 480 }, utc, frame)).toBe(NOON)
})

test('the zone under which the errors meet the resets is estimated, and said to be', () => {
  const events = resetsMs.map((ms) => ms + 8 * HOUR + 3)
  const span = { fromMs: NOON + 8 * HOUR - 5_000, toMs: NOON + 8 * HOUR + 60_000 }
  expect(chooseZone({}, span, events, frame)).toEqual({
    zoneMinutes: 480,
    how: 'estimated',
    matched: 3,
    of: 3,
  })
})

test('quarters of an hour are zones too', () => {
  const events = resetsMs.map((ms) => ms + 5.75 * HOUR)
  const span = { fromMs: NOON + 5.75 * HOUR, toMs: NOON + 5.75 * HOUR + 60_000 }
  expect(chooseZone({}, span, events, frame).zoneMinutes).toBe(345)
})

test('a log that overlaps the capture under UTC stays at UTC without events that say otherwise', () => {
  expect(chooseZone({}, { fromMs: NOON - HOUR, toMs: NOON + HOUR }, [], frame).how).toBe('assumed')
})

test('what the user says stands above any estimate', () => {
  const events = resetsMs.map((ms) => ms + 8 * HOUR)
  const span = { fromMs: NOON + 8 * HOUR, toMs: NOON + 9 * HOUR }
  expect(chooseZone({ given: 60 }, span, events, frame)).toEqual({ zoneMinutes: 60, how: 'given' })
})

test('a stamp without a year gets the year of the capture, also after a leap day', () => {
  const march = Date.UTC(2028, 2, 5, 10)
  const leap = { fromMs: march, toMs: march + 60_000, resetsMs: [] }
  const stamp = Date.UTC(1970, 2, 5, 10)
  expect(toUnixMs({ clock: 'wall', localMs: stamp, missing: 'year' }, utc, leap)).toBe(march)
})

test('a stamp without a date gets the day of the capture, across midnight', () => {
  const late = Date.UTC(2026, 10, 22, 23, 59, 50)
  const night = { fromMs: late, toMs: late + 20_000, resetsMs: [] }
  expect(toUnixMs({ clock: 'wall', localMs: 5_000, missing: 'date' }, utc, night)).toBe(
    Date.UTC(2026, 10, 23, 0, 0, 5),
  )
})

test('an uptime is no wall clock', () => {
  expect(toUnixMs({ clock: 'uptime', seconds: 3 }, utc, frame)).toBeUndefined()
})

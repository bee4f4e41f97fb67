import { expect, it } from 'vitest'
import { createEpisodeClock } from './episodes.ts'

it('ends an episode some seconds after the last reset', () => {
  const clock = createEpisodeClock()
  expect(clock.beginMs).toBeUndefined()
  clock.note('reset', 1000, 1)
  expect(clock.beginMs).toBe(1000)
  clock.begin(1100)
  expect(clock.endMs).toBe(5100)
  clock.note('reset', 3000, 2)
  expect(clock.endMs).toBe(7000)
  expect(clock.end()).toEqual({ because: 'reset', firstMs: 1000, lastMs: 3000, resets: 3 })
  expect(clock.endMs).toBeUndefined()
  expect(clock.beginMs).toBeUndefined()
})

it('ends also where resets never stop', () => {
  const clock = createEpisodeClock()
  clock.note('reset', 0, 1)
  clock.begin(0)
  for (let second = 1; second < 60; second++) clock.note('reset', second * 1000, 1)
  expect(clock.endMs).toBe(10_000)
})

it('is about the reset, not about the log line that came first', () => {
  const clock = createEpisodeClock()
  clock.note('log', 0)
  clock.note('reset', 10, 1)
  clock.note('log', 20)
  expect(clock.begin(30)).toMatchObject({ because: 'reset', resets: 1 })
})

it('waits longer and longer with what is known, and not at all with what is new', () => {
  const clock = createEpisodeClock()
  const pauses = [true, true, true, true, true, true, true, false].map((isKnown) => {
    clock.note('reset', 0, 1)
    clock.begin(0)
    clock.end()
    clock.answered({ isKnown }, 0, 0)
    clock.note('reset', 0, 1)
    const { beginMs } = clock
    clock.end()
    return beginMs
  })
  expect(pauses).toEqual([5000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000, 0])
})

it('gives analyses a tenth of the time at most', () => {
  const clock = createEpisodeClock()
  clock.answered({ isKnown: false }, 2000, 50_000)
  clock.note('reset', 51_000, 1)
  expect(clock.beginMs).toBe(70_000)
})

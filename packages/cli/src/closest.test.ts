import { describe, expect, it } from 'vitest'
import { closest } from './closest.ts'

const WORDS = ['garbage-collected', 'half-open', 'port-scan', 'explain']

describe('closest', () => {
  it.each([
    ['garbage-colected', 'garbage-collected'],
    ['explian', 'explain'],
    ['half_open', 'half-open'],
    ['Port-Scan', 'port-scan'],
  ])('takes %s for %s', (typed, meant) => {
    expect(closest(typed, WORDS)).toBe(meant)
  })

  it.each(['', 'x', 'incident', 'a'.repeat(100_000)])(
    'guesses nothing from what is near to nothing',
    (typed) => {
      expect(closest(typed, WORDS)).toBeUndefined()
    },
  )
})

import { expect, test } from 'vitest'
import { createRandom } from './random.ts'

const draw = (name: string, seed: number) => {
  const random = createRandom(name, seed)
  return Array.from({ length: 20 }, () => random.int(0, 1e6))
}

test('the same seed gives the same numbers, another one others', () => {
  expect(draw('story', 1)).toEqual(draw('story', 1))
  expect(draw('story', 1)).not.toEqual(draw('story', 2))
  expect(draw('story', 1)).not.toEqual(draw('closed-port', 1))
})

test('both ends of a range are reached, and nothing beyond', () => {
  const random = createRandom('ends', 1)
  const seen = new Set(Array.from({ length: 500 }, () => random.int(3, 5)))
  expect([...seen].toSorted((a, b) => a - b)).toEqual([3, 4, 5])
})

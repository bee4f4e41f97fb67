import { expect, it } from 'vitest'
import { createWatchCounts } from './watch-counts.ts'

function reset(client: string, server: string) {
  return { id: 'r', time: '', cause: 'unread-data', resetBy: 'client', client, server } as const
}

it('calls the end that is not the target the peer', () => {
  const counts = createWatchCounts()
  counts.countResets(
    [
      reset('10.0.0.1:1', '10.0.0.2:80'),
      reset('10.0.0.3:1', '10.0.0.1:80'),
      reset('[2001:db8::1]:1', '[2001:db8::2]:80'),
    ],
    ['10.0.0.1', '2001:db8::1'],
  )
  expect(Array.from(counts.resets, ({ peer }) => peer)).toEqual(['10.0.0.2', '10.0.0.3', '2001:db8::2'])
})

it('names a hundred peers, then others', () => {
  const counts = createWatchCounts()
  const resets = Array.from({ length: 250 }, (_, index) =>
    reset('10.0.0.1:1', `10.1.${index >> 7}.${index & 127}:80`),
  )
  for (const again of [resets, resets]) counts.countResets(again, ['10.0.0.1'])
  const found = [...counts.resets]
  expect(found).toHaveLength(101)
  expect(found.find(({ peer }) => peer === 'other')?.count).toBe(300)
  expect(found.reduce((sum, { count }) => sum + count, 0)).toBe(500)
})

import { expect, it } from 'vitest'
import { createStalledCount } from './stalled-readers.ts'

const HEAD = 'State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n'

function table(...unread: readonly number[]): string {
  const rows = unread.map(
    (bytes, index) =>
      `ESTAB  ${bytes}      0      10.0.0.1:${4000 + index} 10.0.0.2:80 users:(("java",pid=1,fd=9))\n\t skmem:(r0)\n`,
  )
  return HEAD + rows.join('')
}

it('counts who has not read between two tables', () => {
  const count = createStalledCount()
  expect(count(table(90_000, 90_000, 90_000, 10))).toBe(0)
  // One read a part, one has even more waiting, one has nothing new; a few bytes are everybody's.
  expect(count(table(50_000, 120_000, 90_000, 10))).toBe(2)
})

it('begins anew with a connection that was away', () => {
  const count = createStalledCount()
  count(table(90_000))
  expect(count(table())).toBe(0)
  expect(count(table(90_000))).toBe(0)
})

import { expect, it } from 'vitest'
import { createLogRing } from './log-ring.ts'

it('keeps the last whole lines within its bound', () => {
  const ring = createLogRing({ maxBytes: 17 })
  for (const line of ['first\nsec', 'ond\nthird\n', 'fourth\n']) ring.write(Buffer.from(line), 0)
  expect(ring.read(0).bytes.toString()).toBe('third\nfourth\n')
})

it('forgets old lines, also while nothing new comes', () => {
  const ring = createLogRing({ maxBytes: 1000, maxAgeMs: 100 })
  ring.write(Buffer.from('old\n'), 0)
  ring.write(Buffer.from('young\n'), 90)
  expect(ring.read(150).bytes.toString()).toBe('young\n')
})

it('never forgets the head, which says what the log is', () => {
  const ring = createLogRing({ maxBytes: 20, headBytes: 12 })
  ring.write(Buffer.from('Using G1\nGC(0) 1\n'), 0)
  for (let number = 1; number < 9; number++) ring.write(Buffer.from(`GC(${number}) 1\n`), 0)
  expect(ring.read(0).bytes.toString()).toBe('Using G1\nGC(7) 1\nGC(8) 1\n')
})

it('tells when lines had been written, by their number in what it gives', () => {
  const ring = createLogRing({ maxBytes: 20 })
  ring.write(Buffer.from('forgotten soon\n'), 0)
  ring.writtenAt(1)
  ring.write(Buffer.from('a\nb\n'), 0)
  ring.writtenAt(2)
  ring.write(Buffer.from('half'), 0)
  ring.writtenAt(3)
  expect(ring.read(0).lineTimes).toEqual([{ line: 2, atMs: 2 }])
  ring.write(Buffer.from(' and more\n'), 0)
  ring.writtenAt(4)
  expect(ring.read(0)).toEqual({
    bytes: Buffer.from('a\nb\nhalf and more\n'),
    lineTimes: [
      { line: 2, atMs: 2 },
      { line: 3, atMs: 4 },
    ],
  })
})

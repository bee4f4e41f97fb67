import { expect, it } from 'vitest'
import { createPacketRing, type PacketRing } from './packet-ring.ts'

const HEADER = Buffer.from('header')
const PIECE = 1 << 20

function remembered(ring: PacketRing, nowMs = 0): string {
  return Buffer.concat(ring.lend(nowMs)?.parts.map(({ records }) => records) ?? []).toString()
}

it('gives back what was written, in order, behind its header', () => {
  const ring = createPacketRing(4 * PIECE, 1000)
  ring.write(HEADER, Buffer.from('one,'), 0)
  ring.write(HEADER, Buffer.from('two'), 1)
  expect(remembered(ring)).toBe('one,two')
  expect(ring.lend(0)?.header).toEqual(HEADER)
  expect(ring.bytes).toBe(7)
})

it('forgets the oldest when it is full, and never holds more than its bound', () => {
  const ring = createPacketRing(3 * PIECE, Infinity)
  for (const letter of 'abcdefgh') ring.write(HEADER, Buffer.alloc(PIECE / 2 + 1, letter), 0)
  expect(ring.bytes).toBeLessThanOrEqual(3 * PIECE)
  expect([...new Set(remembered(ring))]).toEqual(['f', 'g', 'h'])
})

it('forgets what is too old though there would be room', () => {
  const ring = createPacketRing(4 * PIECE, 1000)
  ring.write(HEADER, Buffer.alloc(PIECE, 'o'), 0)
  ring.write(HEADER, Buffer.from('young'), 900)
  expect(remembered(ring, 1500)).toBe('young')
  expect(remembered(ring, 2000)).toBe('')
})

it('keeps what is lent as it was while it goes on', () => {
  const ring = createPacketRing(2 * PIECE, Infinity)
  ring.write(HEADER, Buffer.alloc(PIECE, 'a'), 0)
  const [lent] = ring.lend(0)?.parts ?? []
  for (const letter of 'bcdef') ring.write(HEADER, Buffer.alloc(PIECE, letter), 0)
  expect(lent?.records.every((byte) => byte === 'a'.charCodeAt(0))).toBe(true)
  lent?.giveBack()
  expect([...new Set(remembered(ring))]).toEqual(['e', 'f'])
})

it('begins anew when the packets are of another kind', () => {
  const ring = createPacketRing(4 * PIECE, Infinity)
  ring.write(HEADER, Buffer.from('old'), 0)
  ring.write(Buffer.from('other header'), Buffer.from('new'), 0)
  expect(remembered(ring)).toBe('new')
})

it('takes records that are larger than a piece', () => {
  const ring = createPacketRing(2 * PIECE, Infinity)
  ring.write(HEADER, Buffer.alloc(3 * PIECE, 'x'), 0)
  expect(remembered(ring)).toHaveLength(3 * PIECE)
})

it('counts the resets that nobody got before they were forgotten', () => {
  const ring = createPacketRing(2 * PIECE, Infinity)
  const write = (resets: number): void => {
    for (let reset = 0; reset < resets; reset++) ring.noteReset()
    ring.write(HEADER, Buffer.alloc(PIECE), 0)
  }
  write(3)
  write(4)
  // What was lent is not lost with its piece; what came after it is.
  for (const part of ring.lend(0)?.parts ?? []) part.giveBack()
  write(0)
  write(5)
  expect(ring.lostResets).toBe(0)
  write(0)
  write(0)
  expect(ring.lostResets).toBe(5)
  ring.tap(() => undefined)
  write(6)
  ring.tap(undefined)
  write(0)
  write(0)
  expect(ring.lostResets).toBe(5)
})

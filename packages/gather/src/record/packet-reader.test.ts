import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { createPacketReader, createSeenSegments, type PacketReset } from './packet-reader.ts'

const RECORDED = '../../../core/test/recorded/java-solinger0'
const CAPTURE = readFileSync(fileURLToPath(new URL(`${RECORDED}/capture.pcap`, import.meta.url)))
const OTHER_SIDE = readFileSync(
  fileURLToPath(new URL(`${RECORDED}/capture-other-side.pcap`, import.meta.url)),
)
const HEADER_BYTES = 24

function readAll(chunks: readonly Buffer[], seen = createSeenSegments()) {
  const resets: PacketReset[] = []
  const reader = createPacketReader(seen, (reset) => resets.push(reset))
  const records = Buffer.concat(chunks.map((chunk) => Buffer.from(reader.read(chunk))))
  return { reader, records, resets }
}

it('passes on every byte behind the header, however the stream is cut', () => {
  const cuts = fc.array(fc.integer({ min: 0, max: CAPTURE.length }), { maxLength: 20 })
  const whole = readAll([CAPTURE])
  fc.assert(
    fc.property(cuts, (positions) => {
      const sorted = [0, ...positions.toSorted((x, y) => x - y), CAPTURE.length]
      const chunks = sorted.slice(1).map((end, index) => CAPTURE.subarray(sorted[index], end))
      const { reader, records, resets } = readAll(chunks)
      expect(records.equals(CAPTURE.subarray(HEADER_BYTES))).toBe(true)
      expect(reader.packets).toBe(whole.reader.packets)
      expect(resets).toEqual(whole.resets)
    }),
    { numRuns: 30 },
  )
})

it('tells each reset with its time and its ends', () => {
  const { reader, resets } = readAll([CAPTURE])
  expect(reader.resets).toBe(resets.length)
  expect(resets.length).toBeGreaterThan(10)
  for (const { from, to, atMs } of resets) {
    expect(from).toMatch(/^10\.91\.22\.\d:\d+$/)
    expect(to).toMatch(/^10\.91\.22\.\d:\d+$/)
    expect(new Date(atMs).toISOString()).toMatch(/^2026-11-22T15:/)
  }
})

it('counts a connection and a reset once that both ends show', () => {
  const seen = createSeenSegments()
  const here = readAll([CAPTURE], seen)
  const there = readAll([OTHER_SIDE], seen)
  expect(here.reader.connections).toBeGreaterThan(10)
  expect(there.reader.packets).toBe(here.reader.packets)
  expect(there.reader.connections).toBe(0)
  expect(there.resets).toEqual([])
})

it('refuses what is no pcap, and a length that no packet has', () => {
  expect(() => readAll([Buffer.alloc(64, 'x')])).toThrow('no pcap')
  const damaged = Buffer.from(CAPTURE)
  damaged.writeUInt32LE(0x7fffffff, HEADER_BYTES + 8)
  expect(() => readAll([damaged])).toThrow('bytes')
})

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { perfStrings } from './perf-data.ts'

/** As HotSpot lays it out: a prologue of 32 bytes, then entries of a head, a name and a value. */
function perfFile(strings: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(strings).map(([name, value]) => {
    const [nameBytes, valueBytes] = [Buffer.from(`${name}\0`), Buffer.from(`${value}\0`)]
    const head = Buffer.alloc(20)
    head.writeUInt32LE(20 + nameBytes.length + valueBytes.length, 0)
    head.writeUInt32LE(20, 4)
    head.writeUInt32LE(valueBytes.length, 8)
    head.write('B', 12)
    head.writeUInt32LE(20 + nameBytes.length, 16)
    return Buffer.concat([head, nameBytes, valueBytes])
  })
  const prologue = Buffer.alloc(32)
  prologue.writeUInt32BE(0xcafec0c0, 0)
  prologue.writeUInt8(1, 4)
  prologue.writeUInt8(2, 5)
  prologue.writeUInt32LE(32, 24)
  prologue.writeUInt32LE(entries.length, 28)
  return Buffer.concat([prologue, ...entries])
}

const word = fc.string({ minLength: 1, unit: 'grapheme-ascii' }).filter((text) => !text.includes('\0'))

describe('perfStrings', () => {
  it('reads what was written', () => {
    fc.assert(
      fc.property(fc.dictionary(word, word), (strings) => {
        expect(new Map(perfStrings(perfFile(strings)))).toEqual(new Map(Object.entries(strings)))
      }),
    )
  })

  it('takes any bytes, with the head of such a file as well', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.boolean(), (bytes, hasHead) => {
        const head = hasHead ? perfFile({}) : new Uint8Array()
        head.fill(255, 28, 32)
        perfStrings(Buffer.concat([head, bytes]))
      }),
    )
  })

  it('keeps what stands before a cut', () => {
    const whole = perfFile({ first: 'one', second: 'two' })
    expect([...(perfStrings(whole.subarray(0, whole.length - 1)) ?? [])]).toEqual([['first', 'one']])
  })
})

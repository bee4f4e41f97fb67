import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ZstdFrames } from './zstd-frames.ts'

/** A frame of raw and RLE blocks, as any encoder may write it (RFC 8878 §3.1.1). */
function frame(blocks: readonly Uint8Array[], isSingleSegment: boolean, hasChecksum: boolean): Uint8Array {
  const header = [0x28, 0xb5, 0x2f, 0xfd, (isSingleSegment ? 0x20 : 0) | (hasChecksum ? 4 : 0), 0x58]
  const body = blocks.flatMap((block, index) => {
    const isLast = index === blocks.length - 1 ? 1 : 0
    const isRepeat = block.length === 1 ? 1 : 0
    const size = isRepeat === 1 ? 1000 : block.length
    const bits = isLast | (isRepeat << 1) | (size << 3)
    return [bits & 0xff, (bits >> 8) & 0xff, bits >> 16, ...block]
  })
  return Uint8Array.from([...header, ...body, ...(hasChecksum ? [1, 2, 3, 4] : [])])
}

const SKIPPABLE = Uint8Array.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 7, 7, 7])

const anyFrame = fc.oneof(
  fc
    .tuple(
      fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      fc.boolean(),
    )
    .map((parts) => frame(...parts)),
  fc.constant(SKIPPABLE),
)

function split(bytes: Uint8Array, pieceLength: number): { frames: Buffer[]; isInFrame: boolean } {
  const splitter = new ZstdFrames()
  const frames: Buffer[] = []
  let parts: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += pieceLength) {
    for (const piece of splitter.split(bytes.subarray(at, at + pieceLength))) {
      parts.push(piece.bytes)
      if (!piece.endsFrame) continue
      frames.push(Buffer.concat(parts))
      parts = []
    }
  }
  if (parts.length > 0) frames.push(Buffer.concat(parts))
  return { frames, isInFrame: splitter.isInFrame }
}

describe('ZstdFrames', () => {
  it('finds the frames again, in pieces of any size', () => {
    fc.assert(
      fc.property(
        fc.array(anyFrame, { maxLength: 4 }),
        fc.integer({ min: 1, max: 60 }),
        (each, pieceLength) => {
          const { frames, isInFrame } = split(Buffer.concat(each), pieceLength)
          expect(frames).toEqual(each.map((one) => Buffer.from(one)))
          expect(isInFrame).toBe(false)
        },
      ),
    )
  })

  it('knows that a stream breaks off, wherever it does', () => {
    fc.assert(
      fc.property(anyFrame, fc.nat(), (one, cut) => {
        const length = 1 + (cut % (one.length - 1))
        expect(split(one.subarray(0, length), 7).isInFrame).toBe(true)
      }),
    )
  })

  it('loses no byte of what is no frame', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.integer({ min: 1, max: 60 }),
        (bytes, pieceLength) => {
          expect(Buffer.concat(split(bytes, pieceLength).frames).equals(bytes)).toBe(true)
        },
      ),
    )
  })
})

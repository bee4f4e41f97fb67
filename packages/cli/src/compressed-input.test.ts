import * as zlib from 'node:zlib'
import * as fc from 'fast-check'
import type { Compression, Problem } from '@whyreset/core'
import { describe, expect, it } from 'vitest'
import { canDecompress, decompress } from './compressed-input.ts'

const { gzipSync } = zlib

async function* inPieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  // One buffer for all pieces, as a file reader has it: what it held before is overwritten.
  const buffer = new Uint8Array(length)
  for (let at = 0; at < bytes.length; at += length) {
    const piece = bytes.subarray(at, at + length)
    buffer.set(piece)
    yield buffer.subarray(0, piece.length)
  }
}

async function unzip(
  zipped: Uint8Array,
  pieceLength = 1000,
  compression: Compression = 'gzip',
): Promise<{ bytes: Buffer; damage: Problem[] }> {
  const damage: Problem[] = []
  const parts: Buffer[] = []
  for await (const chunk of decompress(inPieces(zipped, pieceLength), compression, (found) =>
    damage.push(found),
  ))
    parts.push(Buffer.from(chunk))
  return { bytes: Buffer.concat(parts), damage }
}

async function drain(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of chunks) expect(chunk.length).toBeGreaterThan(0)
}

/** Text that does not compress to nothing. */
const TEXT = Buffer.from(Array.from({ length: 40_000 }, (_, n) => `line ${(n * 7919) % 40_009}\n`).join(''))

async function* broken(): AsyncGenerator<Uint8Array> {
  yield gzipSync(TEXT).subarray(0, 5000)
  throw new Error('i/o error')
}

describe('decompress', () => {
  it('gives back what was compressed, in members and pieces of any size', async () => {
    const members = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(members, fc.integer({ min: 1, max: 400 }), async (each, pieceLength) => {
        const { bytes, damage } = await unzip(
          Buffer.concat(each.map((member) => gzipSync(member))),
          pieceLength,
        )
        expect(bytes).toEqual(Buffer.concat(each))
        expect(damage).toEqual([])
      }),
      { numRuns: 50 },
    )
  })

  it('gives all that could be decompressed before a cut, and says where it ends', async () => {
    const zipped = gzipSync(TEXT)
    for (const share of [0.3, 0.9, 0.9999]) {
      const { bytes, damage } = await unzip(zipped.subarray(0, Math.floor(zipped.length * share)))
      expect(bytes.length).toBeGreaterThan(TEXT.length * share * 0.8)
      expect(TEXT.subarray(0, bytes.length).equals(bytes)).toBe(true)
      expect(damage.map(({ code, offset }) => ({ code, offset }))).toEqual([
        { code: 'compressed-cut-short', offset: bytes.length },
      ])
    }
  })

  it('names damage in the middle, and trusts nothing after it', async () => {
    const zipped = gzipSync(TEXT)
    zipped.fill(0xff, Math.floor(zipped.length * 0.8), Math.floor(zipped.length * 0.8) + 50)
    const { bytes, damage } = await unzip(zipped)
    expect(bytes.length).toBeGreaterThan(TEXT.length / 2)
    expect(damage).toHaveLength(1)
    expect(damage[0]?.code).toBe('compressed-damaged')
  })

  it('gives all of a file of which the checksum alone is wrong', async () => {
    for (const text of [TEXT, Buffer.from('one line\n')]) {
      const zipped = gzipSync(text)
      zipped[zipped.length - 8] = (zipped[zipped.length - 8] ?? 0) ^ 1
      for (const pieceLength of [100, 1000, zipped.length - 3]) {
        const { bytes, damage } = await unzip(zipped, pieceLength)
        expect(bytes).toEqual(text)
        expect(damage).toMatchObject([{ code: 'compressed-damaged', offset: text.length }])
      }
    }
  })

  it('gives all before bytes that are no gzip, and says how many they are', async () => {
    for (const other of ['not gzip', '\n', '\u001f', '\u0000\u0000 and more']) {
      const zipped = Buffer.concat([gzipSync(TEXT), gzipSync('the end'), Buffer.from(other)])
      for (const pieceLength of [7, 1000, zipped.length - 1, zipped.length]) {
        const { bytes, damage } = await unzip(zipped, pieceLength)
        expect(bytes.toString()).toBe(`${TEXT.toString()}the end`)
        expect(damage).toMatchObject([
          other === '\u001f'
            ? { code: 'compressed-cut-short', offset: bytes.length }
            : { code: 'compressed-then-other', values: { bytes: other.length }, offset: bytes.length },
        ])
      }
    }
  })

  it('takes zeros behind a member for padding', async () => {
    const { bytes, damage } = await unzip(Buffer.concat([gzipSync(TEXT), Buffer.alloc(600)]))
    expect(bytes.equals(TEXT)).toBe(true)
    expect(damage).toEqual([])
  })

  it('passes over a name, a comment, an extra field and a checksum in a header', async () => {
    const zipped = gzipSync(TEXT)
    const header = Buffer.from([0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3, 2, 0, 9, 9])
    const named = Buffer.concat([
      header,
      Buffer.from('a.pcap\0why\0'),
      Buffer.from([1, 2]),
      zipped.subarray(10),
    ])
    const { bytes, damage } = await unzip(named, 3)
    expect(bytes.equals(TEXT)).toBe(true)
    expect(damage).toEqual([])
  })

  it('fails when nothing could be decompressed', async () => {
    await expect(unzip(gzipSync(TEXT).subarray(0, 8))).rejects.toThrow(
      'its gzip stream: unexpected end of file',
    )
  })

  it('ends when its reader has seen enough', async () => {
    const source = inPieces(gzipSync(TEXT), 100)
    for await (const chunk of decompress(source, 'gzip', () => undefined)) {
      expect(chunk.length).toBeGreaterThan(0)
      break
    }
    await expect(source.next()).resolves.toMatchObject({ done: true })
  })

  it('passes on why the source failed', async () => {
    const reading = drain(decompress(broken(), 'gzip', () => undefined))
    await expect(reading).rejects.toThrow('i/o error')
  })

  it.skipIf(!canDecompress('zstd'))('undoes zstd to the end, frame after frame, and sees a cut', async () => {
    const { zstdCompressSync } = zlib as unknown as { zstdCompressSync: (bytes: Uint8Array) => Buffer }
    const zipped = Buffer.concat([zstdCompressSync(TEXT), zstdCompressSync(Buffer.from('the end'))])
    const whole = await unzip(zipped, 999, 'zstd')
    expect(whole.damage).toEqual([])
    expect(whole.bytes.toString()).toBe(`${TEXT.toString()}the end`)
    const { damage } = await unzip(zipped.subarray(0, zipped.length - 3), 999, 'zstd')
    expect(damage.map(({ code }) => code)).toEqual(['compressed-cut-short'])
  })
})

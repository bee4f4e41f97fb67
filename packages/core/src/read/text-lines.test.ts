import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLineSplitter, MAX_LINE_BYTES } from './text-lines.ts'

function split(...chunks: readonly Uint8Array[]) {
  const lines: string[] = []
  const numbers: number[] = []
  const splitter = createLineSplitter((text, number) => {
    lines.push(text)
    numbers.push(number)
  })
  for (const chunk of chunks) splitter.push(chunk)
  const { problems, lines: count } = splitter.end()
  return { lines, numbers, problems, count }
}

const bytes = (text: string) => new TextEncoder().encode(text)
const utf16 = (text: string, bigEndian: boolean) => {
  const out = Buffer.from(`\ufeff${text}`, 'utf16le')
  return new Uint8Array(bigEndian ? out.swap16() : out)
}

test('lines end with \\n or \\r\\n, and the last one may lack its end', () => {
  expect(split(bytes('a\r\n\nb\rc\nd')).lines).toEqual(['a', '', 'b\rc', 'd'])
  expect(split(bytes('a\n')).lines).toEqual(['a'])
  expect(split(bytes('')).lines).toEqual([])
})

test('lines are numbered from 1', () => {
  expect(split(bytes('a\n\nc')).numbers).toEqual([1, 2, 3])
})

test('a UTF-8 byte order mark is no part of the first line', () => {
  expect(split(bytes('\ufeffa\nb')).lines).toEqual(['a', 'b'])
})

test('reads what PowerShell redirects: UTF-16 of either order', () => {
  const text = 'error: 连接被对端重置 😀\r\nnext Ċ 上\nlast'
  for (const bigEndian of [false, true])
    expect(split(utf16(text, bigEndian)).lines).toEqual(text.split(/\r?\n/))
})

test('keeps a NUL', () => {
  expect(split(bytes('a\0b\n\0')).lines).toEqual(['a\0b', '\0'])
})

test('a line of more than 64 KiB is cut, and one problem names the longest of them', () => {
  const result = split(bytes(`${'x'.repeat(70_000)}\nshort\n${'y'.repeat(90_000)}\nend`))
  expect(result.lines.map((line) => line.length)).toEqual([MAX_LINE_BYTES, 5, MAX_LINE_BYTES, 3])
  expect(result.problems).toMatchObject([
    { code: 'line-too-long', values: { bytes: 90_000, kept: MAX_LINE_BYTES, others: 1 }, line: 3 },
  ])
})

test('a line of exactly 64 KiB is whole', () => {
  const result = split(bytes(`${'x'.repeat(MAX_LINE_BYTES)}\nb`))
  expect(result.problems).toEqual([])
  expect(result.lines[0]?.length).toBe(MAX_LINE_BYTES)
})

test('decodes any bytes as the WHATWG decoder does', () => {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    fc.string({ unit: 'binary' }).map(bytes),
    fc
      .constantFrom(
        [0xe0, 0x80],
        [0xed, 0xa0, 0x80],
        [0xf0, 0x8f],
        [0xf4, 0x90],
        [0xc1, 0xbf],
        [0xf0, 0x9f, 0x98],
      )
      .map((b) => Uint8Array.from(b)),
  )
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      // `x` first: what begins with a byte order mark is another test's business.
      const all = Uint8Array.from([
        0x78,
        ...pieces.flatMap((p) => [...p].filter((b) => b !== 0x0a && b !== 0x0d)),
      ])
      expect(split(all).lines).toEqual([decoder.decode(all)])
    }),
  )
})

test('where the chunks are torn makes no difference', () => {
  const text = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.string({ unit: 'binary' }).map((s) => bytes(`\ufeff${s}\r\n${s}`)),
    fc.tuple(fc.string({ unit: 'binary' }), fc.boolean()).map(([s, big]) => utf16(`${s}\n${s}`, big)),
  )
  fc.assert(
    fc.property(text, fc.array(fc.nat(80)), (all, at) => {
      const cuts = [0, ...at.map((n) => Math.min(n, all.length)).toSorted((a, b) => a - b), all.length]
      const chunks = cuts.slice(1).map((to, i) => all.subarray(cuts[i], to))
      expect(split(...chunks)).toEqual(split(all))
    }),
  )
})

test('cutting the input anywhere keeps the lines before the cut', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(80), (all, at) => {
      const whole = split(all).lines
      const part = split(all.subarray(0, at)).lines
      expect(part.slice(0, -1)).toEqual(whole.slice(0, Math.max(0, part.length - 1)))
    }),
  )
})

test('a supplier may reuse its buffer', () => {
  const lines: string[] = []
  const splitter = createLineSplitter((text) => lines.push(text))
  const buffer = bytes('one li')
  splitter.push(buffer)
  buffer.set(bytes('ne\ntwo'))
  splitter.push(buffer)
  splitter.end()
  expect(lines).toEqual(['one line', 'two'])
})

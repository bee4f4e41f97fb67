import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanText } from '../escape.ts'
import { lineColumns, wrap, type Line } from './wrap.ts'

const textOf = (line: Line): string => line.map((span) => span.text).join('')
const bare = (text: string): string => text.replace(/ /g, '')
const wrapText = (text: string, width: number): string[] => wrap([{ text }], width).map(textOf)

describe('wrap', () => {
  it('breaks at spaces and drops the space at the break', () => {
    expect(wrapText('its garbage collector closed them', 12)).toEqual([
      'its garbage',
      'collector',
      'closed them',
    ])
  })

  it('keeps the inner run of spaces where the line is not broken', () => {
    expect(wrapText('a   b', 10)).toEqual(['a   b'])
  })

  it('cuts a word that is longer than a line', () => {
    expect(wrapText('ab 0123456789', 5)).toEqual(['ab', '01234', '56789'])
  })

  it('breaks Chinese between characters, never before a closing mark', () => {
    expect(wrapText('客户端重置了连接。', 8)).toEqual(['客户端重', '置了连', '接。'])
  })

  it('keeps an address whole inside Chinese', () => {
    expect(wrapText('由 10.91.1.1 重置', 12)).toEqual(['由 10.91.1.1', '重置'])
  })

  it('does not break between two styles of one word', () => {
    const lines = wrap([{ text: 'see ' }, { text: 'gc', style: 'bold' }, { text: '.log' }], 6)
    expect(lines.map(textOf)).toEqual(['see', 'gc.log'])
    expect(lines[1]).toEqual([{ text: 'gc', style: 'bold' }, { text: '.log' }])
  })

  it('gives one empty line for no text', () => {
    expect(wrapText('', 10)).toEqual([''])
  })

  it('fits and loses nothing but spaces, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({
            unit: fc.oneof(
              fc.constantFrom(' ', '客', '。', 'a', '\u0301', '😀', '\n'),
              fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
            ),
          }),
        ),
        fc.integer({ min: 2, max: 60 }),
        (texts, width) => {
          const lines = wrap(
            texts.map((text) => ({ text })),
            width,
          )
          for (const line of lines) expect(lineColumns(line)).toBeLessThanOrEqual(width)
          expect(bare(lines.map(textOf).join(''))).toBe(bare(texts.map(cleanText).join('')))
        },
      ),
    )
  })
})

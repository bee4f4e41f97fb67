import { describe, expect, it } from 'vitest'
import { inTwoLines } from './fitted.ts'

/** Every letter is ten pixels wide. */
const pen = { measureText: (text: string) => ({ width: text.length * 10 }) as TextMetrics }

describe('inTwoLines', () => {
  it('leaves what fits on one line', () => {
    expect(inTwoLines(pen, 'open', 40)).toEqual(['open', undefined])
  })

  it('breaks at the last blank that fits', () => {
    expect(inTwoLines(pen, 'resets: closed by the collector', 160)).toEqual([
      'resets: closed',
      'by the collector',
    ])
  })

  it('breaks inside of a word that is longer than the room', () => {
    expect(inTwoLines(pen, 'abcdefgh', 30)).toEqual(['abc', 'defgh'])
    expect(inTwoLines(pen, 'abc', 0)).toEqual(['a', 'bc'])
  })
})

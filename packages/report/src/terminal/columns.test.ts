import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnsOf, cutEnd, cutMiddle, padColumns, takeColumns } from './columns.ts'
import { cleanText } from '../escape.ts'

describe('columnsOf', () => {
  it('counts Latin as one and Chinese as two', () => {
    expect(columnsOf('reset')).toBe(5)
    expect(columnsOf('重置 RST')).toBe(8)
    expect(columnsOf('，。（）')).toBe(8)
    expect(columnsOf('한글かな')).toBe(8)
  })

  it('counts emoji as two, accents as none and signs of the report as one', () => {
    expect(columnsOf('😀')).toBe(2)
    expect(columnsOf('e\u0301')).toBe(1)
    expect(columnsOf('×·…│█→')).toBe(6)
  })
})

describe('cutting', () => {
  it('keeps both ends of a file name', () => {
    expect(cutMiddle('sockets/ss-cli-20261122T145521.190Z.txt', 20)).toBe('socket…5521.190Z.txt')
    expect(cutMiddle('short', 20)).toBe('short')
  })

  it('never cuts a wide character in half', () => {
    expect(cutEnd('重置了连接', 6)).toBe('重置…')
    expect(takeColumns('重置', 3)).toBe('重')
  })

  it('fits, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }).map(cleanText),
        fc.integer({ min: 1, max: 60 }),
        (text, maximum) => {
          expect(columnsOf(cutEnd(text, maximum))).toBeLessThanOrEqual(maximum)
          expect(columnsOf(cutMiddle(text, maximum))).toBeLessThanOrEqual(maximum)
          expect(columnsOf(padColumns(takeColumns(text, maximum), maximum))).toBe(maximum)
        },
      ),
    )
  })
})

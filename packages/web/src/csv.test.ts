import { describe, expect, it } from 'vitest'
import { toCsv } from './csv.ts'

function cell(value: string | number | undefined): string {
  return toCsv(['h'], [[value]])
    .split('\r\n')
    .slice(1, -1)
    .join('\r\n')
}

describe('CSV', () => {
  it('begins with a byte order mark and ends each line as RFC 4180 says', () => {
    expect(toCsv(['a', 'b'], [[1, 'x']])).toBe('\ufeffa,b\r\n1,x\r\n')
  })

  it('quotes what would end a cell or a line', () => {
    expect(cell('a,b')).toBe('"a,b"')
    expect(cell('say "hi"')).toBe('"say ""hi"""')
    expect(cell('two\nlines')).toBe('"two\nlines"')
  })

  it('leaves numbers as they are, and what is absent empty', () => {
    expect(cell(-3)).toBe('-3')
    expect(cell(undefined)).toBe('')
  })

  it.each([
    "=cmd|' /C calc'!A0",
    '+1+1',
    '-1+1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    ' =1',
    '\u200b=1',
    '＝1',
    '|calc',
    '%0A',
  ])('marks %j as text, for a spreadsheet would calculate it', (text) => {
    expect(cell(text)).toMatch(/^"'|^'/)
  })
})

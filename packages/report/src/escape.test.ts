import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanShort, cleanText, codeCell, codeSpan, escapeMarkdown } from './escape.ts'

const anyText = fc.string({ unit: 'binary', maxLength: 200 })
const trickText = fc
  .array(
    fc.constantFrom(
      '\u0000',
      '\u001b',
      '\u007f',
      '\u0085',
      '\u009b',
      '\t',
      '\r',
      '\n',
      '\u202e',
      '\u2066',
      '\u2069',
      '\u200b',
      '\u200d',
      '\ufeff',
      '\u00ad',
      '\u034f',
      '\u3164',
      '\ud800',
      '\udfff',
      '\ufe0f',
      '\u{e0041}',
      '\u0301',
      'a',
      '客',
      '\u001b[31m',
      '\u001b]0;title\u0007',
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''))

/** Everything that can steer a terminal or hide in a line. */
const FORBIDDEN =
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u00ad\u3164]|\u034f|\p{Cs}/u

describe('cleanText', () => {
  it('leaves ordinary text of any script alone', () => {
    for (const text of ['GET /a?b=c HTTP/1.1', '客户端 10.0.0.1', 'naïve Ünïcödé', 'हिन्दी', '×·…→█'])
      expect(cleanText(text)).toBe(text)
  })

  it('makes an escape sequence visible instead of obeying it', () => {
    expect(cleanText('\u001b[2Jgone')).toBe('\uFFFD[2Jgone')
    expect(cleanText('\u009b2J')).toBe('\uFFFD2J')
  })

  it('turns tabs and line ends into spaces', () => {
    expect(cleanText('a\tb\r\nc\nd\u2028e\u3000f')).toBe('a b c d e f')
  })

  it('shows where direction overrides, zero-width characters and lone surrogates were', () => {
    expect(cleanText('exe\u202egpj')).toBe('exe\uFFFDgpj')
    expect(cleanText('ad\u200bmin')).toBe('ad\uFFFDmin')
    expect(cleanText('a\ud800b')).toBe('a\uFFFDb')
  })

  it('keeps accents and cuts piles of them', () => {
    expect(cleanText('e\u0301')).toBe('e\u0301')
    expect(cleanText(`e${'\u0301'.repeat(50)}x`)).toBe(`e${'\u0301'.repeat(4)}x`)
  })

  it('lets no mark be drawn on what stands before the text', () => {
    expect(cleanText('\u0301a \u0301b')).toBe('\uFFFDa \uFFFDb')
  })

  it('lets nothing through that steers a terminal, whatever comes in', () => {
    fc.assert(fc.property(fc.oneof(anyText, trickText), (text) => !FORBIDDEN.test(cleanText(text))))
  })

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, trickText), (text) => cleanText(cleanText(text)) === cleanText(text)),
    )
  })
})

describe('cleanShort', () => {
  it('cuts before it cleans and says so with an ellipsis', () => {
    expect(cleanShort('abcdef', 4)).toBe('abc…')
    expect(cleanShort('abcd', 4)).toBe('abcd')
  })

  it('does not leave half a surrogate pair at the cut', () => {
    expect(cleanShort('ab😀cd', 4)).toBe('ab\uFFFD…')
  })
})

describe('escapeMarkdown', () => {
  it('neutralises HTML', () => {
    expect(escapeMarkdown('<img src=x onerror=alert(1)>')).not.toMatch(/[<>]/)
    expect(escapeMarkdown('&lt;b&gt;')).toBe('&amp;lt;b&amp;gt;')
  })

  it('neutralises links, images, emphasis, tables and math', () => {
    expect(escapeMarkdown('![a](b) **c** _d_ |e| $f$')).toBe(
      '!\\[a\\](b) \\*\\*c\\*\\* \\_d\\_ \\|e\\| \\$f\\$',
    )
  })

  it('leaves addresses and names of constants readable', () => {
    expect(escapeMarkdown('10.0.0.1 (TCP_ABORT_ON_CLOSE)')).toBe('10.0.0.1 (TCP_ABORT_ON_CLOSE)')
  })

  it('neutralises what opens a block', () => {
    expect(escapeMarkdown('# a')).toBe('\\# a')
    expect(escapeMarkdown('- a')).toBe('\\- a')
    expect(escapeMarkdown('1. a')).toBe('1\\. a')
  })

  it('stops GitHub from linking addresses, people and issues', () => {
    expect(escapeMarkdown('https://evil.example')).toBe('https&#58;//evil.example')
    expect(escapeMarkdown('www.evil.example')).toBe('www&#46;evil.example')
    expect(escapeMarkdown('@everyone see #1 and GH-2')).toBe('`@`everyone see `#`1 and GH`-`2')
  })

  it('never lets a bare angle bracket, pipe or line end through', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.string({ unit: 'grapheme-ascii' })), (text) => {
        const escaped = escapeMarkdown(text)
        expect(escaped).not.toMatch(/[<>\r\n]/)
        expect(escaped.replace(/\\[\s\S]/g, '')).not.toMatch(/[|[\]*~$]/)
      }),
    )
  })
})

describe('codeSpan and codeCell', () => {
  it('fences with more backticks than the text has', () => {
    expect(codeSpan('a`b``c')).toBe('``` a`b``c ```')
    expect(codeSpan('ss -tan')).toBe('`ss -tan`')
  })

  it('escapes words instead where a pipe would end the cell', () => {
    expect(codeCell('a|<b>')).toBe('a\\|&lt;b&gt;')
    expect(codeCell('a\\|<b>')).toBe('a\\\\\\|&lt;b&gt;')
  })
})

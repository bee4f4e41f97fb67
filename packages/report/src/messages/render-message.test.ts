import { describe, expect, it } from 'vitest'
import { renderMessage, sentenceOf } from './render-message.ts'

const VERDICT = { id: 'verdict-nothing-lost', values: { connections: 3 }, text: 'Nothing was lost.' }

describe('renderMessage', () => {
  it("speaks English in the message's own words and Chinese from id and values", () => {
    expect(renderMessage(VERDICT, 'en')).toBe('Nothing was lost.')
    expect(renderMessage(VERDICT, 'zh')).toContain('3 个连接')
  })

  it('stays English for a message of a later version', () => {
    for (const id of ['invented-later', 'constructor', '__proto__', 'toString'])
      expect(renderMessage({ ...VERDICT, id }, 'zh')).toBe('Nothing was lost.')
  })

  it('gives no sentence when the values do not fit the template', () => {
    const catalogue = { shout: (values: { word: string }) => values.word.toUpperCase() }
    expect(sentenceOf(catalogue, { id: 'shout', values: { word: 'rst' }, text: '' })).toBe('RST')
    expect(sentenceOf(catalogue, { id: 'shout', values: {}, text: '' })).toBeUndefined()
  })
})

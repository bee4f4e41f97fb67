import { describe, expect, it } from 'vitest'
import { TEXTS } from './texts.ts'

/** Whatever a text takes: a number, a word, and the counts of a fold. */
const FOLD = {
  segments: 3,
  data: 2,
  bytes: '5 B',
  acks: 1,
  keepalives: 1,
  zeroWindow: 1,
  retransmissions: 1,
  length: '2 s',
}

/** Take words of the same language. */
const TAKE_WORDS = new Set(['windowName', 'unreadAtEnd'])

function sayings(texts: unknown): string[] {
  if (typeof texts === 'string') return [texts]
  if (typeof texts === 'function') {
    const args: unknown[][] = [[2, 3], ['5 B', 'app'], [['app']], [FOLD]]
    return args.flatMap((some) => {
      try {
        const said: unknown = Reflect.apply(texts, undefined, some)
        return typeof said === 'string' && !/undefined|NaN|\[object/.test(said) ? [said] : []
      } catch {
        return []
      }
    })
  }
  if (typeof texts !== 'object' || texts === null) return []
  return Object.entries(texts).flatMap(([name, text]) => (TAKE_WORDS.has(name) ? [] : sayings(text)))
}

describe('the words of the pictures', () => {
  it('zh: a blank between Chinese and other letters or digits, and Chinese marks beside Chinese', () => {
    const { client, server } = TEXTS.zh.sides
    const all = [
      ...sayings(TEXTS.zh),
      TEXTS.zh.windowName(server, client),
      TEXTS.zh.ladder.unreadAtEnd('5 B', client),
      TEXTS.zh.chance.oneIn(false, 20, '0.05'),
    ]
    expect(all.length).toBeGreaterThan(100)
    for (const text of all) {
      expect(text).not.toMatch(/\p{Script=Han} \p{Script=Han}/u)
      expect(text).not.toMatch(/\p{Script=Han}[a-z0-9]|[a-z0-9]\p{Script=Han}/iu)
      expect(text).not.toMatch(
        /\p{Script=Han} ?[,;:!?()]|[,;:!?()] ?\p{Script=Han}|[，。：；（）、] | [，。：；（）、]/u,
      )
    }
  })

  it('zh: what is listed is parted by a Chinese mark', () => {
    expect(TEXTS.zh.listed(['FIN', TEXTS.zh.outcomes.closed])).toBe('FIN，已关闭')
  })

  it('are all there in both languages', () => {
    expect(Object.keys(TEXTS.zh).toSorted()).toEqual(Object.keys(TEXTS.en).toSorted())
  })
})

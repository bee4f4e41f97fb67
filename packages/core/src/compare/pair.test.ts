import { describe, expect, it } from 'vitest'
import { pairUp, type Level, type Pair } from './pair.ts'

interface Item {
  readonly client: string
  readonly server: string
}

const LEVELS: readonly Level<Item>[] = [
  { by: 'endpoints', keysOf: ({ client, server }) => [`${client} ${server}`] },
  { by: 'server', keysOf: ({ server }) => [server] },
  { by: 'port', keysOf: ({ server }) => [server.split(':')[1] ?? ''] },
]

function item(text: string): Item {
  const [client = '', server = ''] = text.split('>')
  return { client, server }
}

function write(items: readonly Item[]): string {
  return items
    .map(({ client, server }) => `${client}>${server}`)
    .toSorted()
    .join('+')
}

function pairs(before: readonly string[], after: readonly string[]): string[] {
  return pairUp(before.map(item), after.map(item), LEVELS)
    .map((pair: Pair<Item>) => `${pair.by ?? '-'} ${write(pair.before)} | ${write(pair.after)}`)
    .toSorted()
}

describe('pairUp', () => {
  it('takes the same addresses for the same, and the rest by less', () => {
    expect(pairs(['a>s:80', 'b>s:80'], ['b>s:80', 'c>s:80'])).toEqual([
      'endpoints b>s:80 | b>s:80',
      'server a>s:80 | c>s:80',
    ])
  })

  it('does not hide a client that was fixed behind one that was not', () => {
    expect(pairs(['a>s:80', 'b>s:80'], ['b>s:80'])).toEqual(['- a>s:80 | ', 'endpoints b>s:80 | b>s:80'])
  })

  it('knows a container again that got another address', () => {
    expect(pairs(['a>s:80'], ['x>t:80'])).toEqual(['port a>s:80 | x>t:80'])
  })

  it('does not take one service for another', () => {
    expect(pairs(['a>s:80'], ['a>s:443'])).toEqual(['-  | a>s:443', '- a>s:80 | '])
  })

  it('joins several on one side with those of the other', () => {
    expect(pairs(['a>s:80', 'b>s:80'], ['x>s:80'])).toEqual(['server a>s:80+b>s:80 | x>s:80'])
  })

  it('does not mind the order', () => {
    const [before, after] = [
      ['a>s:80', 'b>s:80', 'c>t:80', 'd>u:90'],
      ['b>s:80', 'x>s:80', 'y>w:90', 'z>v:70'],
    ]
    expect(pairs(before.toReversed(), after.toReversed())).toEqual(pairs(before, after))
  })
})

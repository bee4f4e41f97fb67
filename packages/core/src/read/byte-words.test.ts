import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createByteWords } from './byte-words.ts'

const WORDS = ['reset by peer', 'EPIPE', '连接被', 'Обрыв канала', 'Tubería rota', '": EOF']
const find = createByteWords([
  { words: WORDS, bit: 1 },
  { words: [' gc '], bit: 2 },
])
const look = (text: string): number => {
  const bytes = new TextEncoder().encode(text)
  return find(bytes, 0, bytes.length, 4)
}

test.each([
  ['connection RESET by Peer', 1],
  ['обрыв канала', 1],
  ['ОБРЫВ КАНАЛА', 1],
  ['远程 连接被重置', 1],
  ['Get "http://a": EOF', 1],
  ['gc 1 gc 2, EPIPE', 3],
  ['reset by a peer', 0],
  ['', 0],
])('in %j it finds sets %i', (text, bits) => {
  expect(look(text)).toBe(bits)
})

test('what stands before or behind the place that is looked at does not count', () => {
  const bytes = new TextEncoder().encode('EPIPE EPIPE')
  expect(find(bytes, 1, 10, 4)).toBe(0)
  expect(find(bytes, 0, 5, 4)).toBe(1)
})

test('a word is found wherever it stands, in any case', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.constantFrom(...WORDS),
      fc.boolean(),
      fc.string(),
      (head, word, upper, tail) => {
        expect(look(head + (upper ? word.toUpperCase() : word.toLowerCase()) + tail) & 1).toBe(1)
      },
    ),
  )
})

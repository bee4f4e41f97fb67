import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { requiredLiterals } from './required-literals.ts'
import { WORDS } from './words.ts'

const SOURCES = WORDS.flatMap(({ phrases, codes = [] }) => [...phrases, ...codes])

test.each([
  ['broken pipe', ['broken pipe']],
  ['\\bconnection (?:was )?refused', ['connection was refused', 'connection refused']],
  ['os error (?:104|54)\\b', ['os error 104', 'os error 54']],
  ['neighbou?r .{0,30}table overflow', ['table overflow']],
  ['\\(104: |error[=: ]{1,3}10054', ['(104: ', '10054']],
  ['\\d+ [a-z]*', [' ']],
  ['a?[a-z]*', []],
  ['(?<=Exception: )reset(?! by)', ['reset']],
])('of what %s matches, each text holds one of %j', (source, literals) => {
  expect(requiredLiterals(source)).toEqual(literals)
})

test('every phrase of the table of words has literals that can be looked for', () => {
  for (const source of SOURCES) {
    const shortest = Math.min(
      ...requiredLiterals(source).map((text) => new TextEncoder().encode(text).length),
    )
    // None at all are Infinity bytes short.
    expect([source, shortest >= 4 && shortest < Infinity]).toEqual([source, true])
  }
})

test('whatever a phrase matches holds one of its literals', () => {
  // What is looked at around the match is not generated.
  const plain = SOURCES.filter((source) => !/\(\?<?[=!]|\\b|\^|\$/.test(source))
  expect(plain.length).toBeGreaterThan(100)
  for (const source of plain) {
    const literals = requiredLiterals(source)
    fc.assert(
      fc.property(fc.stringMatching(new RegExp(`^(?:${source})$`)), (text) =>
        literals.some((literal) => text.includes(literal)),
      ),
      { numRuns: 20 },
    )
  }
})

import { describe, expect, it } from 'vitest'
import { safeName, similarNames, someOf } from './resolution.ts'

describe('safeName', () => {
  it.each([
    ['web-1', 'web-1'],
    ['../../etc/passwd', 'etc-passwd'],
    ['-rf', 'rf'],
    ['.hidden', 'hidden'],
    ['a\nb\u001b[31m', 'a-b-31m'],
    ['…', 'target'],
    ['x'.repeat(200), 'x'.repeat(64)],
  ])('%j becomes %j', (text, name) => {
    expect(safeName(text)).toBe(name)
  })
})

describe('similarNames', () => {
  const names = ['web-1', 'web-2', 'db', 'cache']
  it.each([
    ['web', ['web-1', 'web-2']],
    ['wbe-1', ['web-1']],
    ['dv', ['db']],
    ['chache', ['cache']],
    ['postgres', []],
    ['WEB-2', ['web-2', 'web-1']],
  ])('%s: %j', (wanted, similar) => {
    expect(similarNames(wanted, names)).toEqual(similar)
  })
})

it('someOf names eight and counts the others', () => {
  expect(someOf(['a', 'b'])).toBe('a, b')
  expect(someOf('a b c d e f g h i j'.split(' '))).toBe('a, b, c, d, e, f, g, h and 2 more')
})

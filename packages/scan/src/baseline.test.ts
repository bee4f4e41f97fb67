import { describe, expect, it } from 'vitest'
import { baselineOf, parseBaseline, withoutKnown } from './baseline.ts'
import type { Place } from './place.ts'

const PLACE: Place = {
  rule: 'url-connection-body-unread',
  language: 'java',
  file: 'src/Check.java',
  line: 20,
  column: 1,
  endLine: 20,
  endColumn: 9,
  severity: 'error',
  confidence: 0.9,
  outcome: 'never',
  message: '',
  causes: ['garbage-collected'],
  fix: '',
  frame: { from: 18, lines: ['', '', '', '', ''] },
  fingerprint: 'a',
}
const OTHER: Place = { ...PLACE, rule: 'so-linger-zero', file: 'src/Other.java', line: 5, fingerprint: 'b' }

describe('a baseline', () => {
  it('leaves out what it knows, and no more of the same', () => {
    const baseline = parseBaseline(JSON.parse(JSON.stringify(baselineOf([PLACE]))))
    if (baseline === undefined) throw new Error('no baseline')
    expect(withoutKnown([PLACE, PLACE, OTHER], baseline)).toEqual([PLACE, OTHER])
  })

  it('is not anything else', () => {
    for (const value of [undefined, null, 3, {}, { schema: 'whyreset.scan/1', known: [] }])
      expect(parseBaseline(value)).toBeUndefined()
  })
})

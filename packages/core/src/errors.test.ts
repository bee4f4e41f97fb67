import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { PROBLEM_CODES, problem } from './errors.ts'

const PAGE = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')
/** Code → what its section says. */
const SECTIONS = new Map(
  PAGE.split(/^## /m)
    .slice(1)
    .map((section) => {
      const [code = '', ...body] = section.split('\n')
      return [code, body.join('\n').trim()] as const
    }),
)

describe('docs/errors.md', () => {
  test('has a section for each code', () => {
    expect(PROBLEM_CODES.filter((code) => !SECTIONS.has(code))).toEqual([])
  })

  test('has no section without a code', () => {
    expect([...SECTIONS.keys()].filter((code) => !PROBLEM_CODES.includes(code))).toEqual([])
  })

  test.each(PROBLEM_CODES)('says what was kept and what to do about %s', (code) => {
    expect(SECTIONS.get(code)).toMatch(/^\*\*Kept:\*\* /m)
    expect(SECTIONS.get(code)).toMatch(/^\*\*Do:\*\* /m)
  })
})

describe('problem', () => {
  test('fills the sentence with its values and keeps them', () => {
    const { code, values, text } = problem('records-omitted', { what: 'rows', kept: 10, omitted: 3 })
    expect({ code, values, text }).toEqual({
      code: 'records-omitted',
      values: { what: 'rows', kept: 10, omitted: 3 },
      text: 'only 10 rows are kept; 3 more were left out',
    })
  })

  test('writes numbers as the rest of the answer does', () => {
    const { text, values } = problem('line-too-long', { bytes: 131_072, kept: 65_536, others: 1204 })
    expect(text).toBe('a line of 131,072 bytes was cut to its first 65,536, and so were 1,204 others')
    expect(values).toEqual({ bytes: 131_072, kept: 65_536, others: 1204 })
    expect(problem('link-type-unknown', { linkType: 1105, packets: 9000 }).text).toMatch(
      /^9,000 .* type 1105 /,
    )
  })

  test('says where only when it is known', () => {
    expect(problem('empty-input', { wanted: 'a capture' })).not.toHaveProperty('line')
    expect(problem('line-too-long', { bytes: 70_000, kept: 65_536 }, { line: 4 })).toHaveProperty('line', 4)
  })
})

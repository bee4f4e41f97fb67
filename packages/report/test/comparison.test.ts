import { compare, type Comparison, type Diagnosis } from '@whyreset/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderComparisonJson } from '../src/compare/compare-json.ts'
import { renderComparisonMarkdown } from '../src/compare/compare-markdown.ts'
import { renderComparisonTerminal } from '../src/compare/compare-terminal.ts'
import { comparisonJsonSchema, comparisonSchema } from '../src/compare/comparison-schema.ts'
import { columnsOf } from '../src/terminal/columns.ts'
import { arbitraryDiagnosis, hostileText } from './arbitrary-diagnosis.ts'
import { REFERENCE } from './samples.ts'

const anything = arbitraryDiagnosis(() => hostileText)
/** Few different addresses, so that the two sides have something in common. */
const related = arbitraryDiagnosis(() =>
  fc.constantFrom('10.0.0.1', '10.0.0.2:80', '10.0.0.3:80', '10.0.0.2:443', '[::1]:8080', 'unknown'),
)
const LANGS = ['en', 'zh'] as const

const FIXED: Diagnosis = {
  ...REFERENCE,
  findings: REFERENCE.findings.filter(({ severity }) => severity === 'info'),
  summary: { ...REFERENCE.summary, reset: 0 },
}

function withoutTexts({
  before: _before,
  after: _after,
  verdict: _verdict,
  notes: _notes,
  ...rest
}: Comparison): unknown {
  return rest
}

function turned(diagnosis: Diagnosis): Diagnosis {
  return {
    ...diagnosis,
    findings: diagnosis.findings.toReversed(),
    incidents: diagnosis.incidents.toReversed(),
    inputs: diagnosis.inputs.toReversed(),
  }
}

describe('any two diagnoses', () => {
  it('are compared, and the answer fits its own schema', () => {
    fc.assert(
      fc.property(fc.oneof(related, anything), fc.oneof(related, anything), (before, after) => {
        const comparison = compare(before, after)
        expect(comparisonSchema.parse(JSON.parse(renderComparisonJson(comparison)))).toEqual(comparison)
      }),
    )
  })

  it('give the same bytes each time, in whatever order their findings and inputs stand', () => {
    fc.assert(
      fc.property(related, related, (before, after) => {
        const told = renderComparisonJson(compare(before, after))
        expect(renderComparisonJson(compare(before, after))).toBe(told)
        expect(withoutTexts(compare(turned(before), turned(after)))).toEqual(
          withoutTexts(compare(before, after)),
        )
      }),
    )
  })

  it('have nothing new and nothing gone when they are one', () => {
    fc.assert(
      fc.property(fc.oneof(related, anything), (diagnosis) => {
        const { causes, warnings } = compare(diagnosis, diagnosis)
        for (const { change } of [...causes, ...warnings]) expect(change).toBe('stayed')
      }),
    )
  })

  it('are shown within the width, with nothing that steers a terminal', () => {
    fc.assert(
      fc.property(
        anything,
        anything,
        fc.constantFrom(...LANGS),
        fc.integer({ min: 24, max: 120 }),
        (before, after, lang, width) => {
          const text = renderComparisonTerminal(compare(before, after), { lang, width })
          // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
          expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
          for (const line of text.split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(width)
        },
      ),
    )
  })

  it('are Markdown in which nothing from an input is markup', () => {
    fc.assert(
      fc.property(anything, anything, fc.constantFrom(...LANGS), (before, after, lang) => {
        const names = { before: '<script>', after: '`|`' }
        const text = renderComparisonMarkdown(compare(before, after, { names }), { lang })
        expect(text.replace(/(?<!`)(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, '')).not.toMatch(/<[a-z!/]|(?<!\\)\]\(/i)
      }),
    )
  })
})

describe('a comparison of the reference story', () => {
  const comparison = compare(REFERENCE, FIXED, { names: { before: 'before/', after: 'after/' } })

  it('begins with the verdict, and fits 80 columns', () => {
    const text = renderComparisonTerminal(comparison)
    expect(text).toMatch(/^The resets by garbage collection are gone: 126 of 214 connections before, 0 of/)
    for (const line of text.split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(80)
  })

  it('names the two sides, what is gone, and what chance says', () => {
    const text = renderComparisonTerminal(comparison)
    expect(text).toMatch(/^ {2}before {3}before\/: 214 connections in 66 s/m)
    expect(text).toMatch(/^ {2}gone {5}closed by the garbage collector, reset by the client/m)
    expect(text).toMatch(/chance {2}7 bursts before, 0 after: p = /)
    expect(text).toContain('also: health probe (stayed, 40 → 40)')
  })

  it('is said in Chinese as well', () => {
    const text = renderComparisonTerminal(comparison, { lang: 'zh' })
    expect(text).toMatch(/^垃圾回收引起的重置消失了：之前 214 个连接中有 126 个/)
    expect(text).toContain('被垃圾回收器关闭，由客户端重置')
  })

  it('is a table in Markdown', () => {
    const text = renderComparisonMarkdown(comparison)
    expect(text).toMatch(/^\*\*The resets by garbage collection are gone/)
    expect(text).toMatch(/^\| \*\*gone\*\* \| closed by the garbage collector, reset by the client \|/m)
  })
})

it('the JSON Schema of a comparison describes every field that it has', () => {
  const schema = comparisonJsonSchema()
  expect(schema).toMatchObject({ title: 'whyreset.comparison/1', type: 'object' })
  expect(Object.keys(schema['properties'] as object)).toEqual([
    'schema',
    'verdict',
    'before',
    'after',
    'causes',
    'warnings',
    'services',
    'notes',
  ])
})

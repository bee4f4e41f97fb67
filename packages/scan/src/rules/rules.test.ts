import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadGrammars } from '../languages/grammars.ts'
import { languageOf } from '../languages/index.ts'
import type { Rule } from '../rule.ts'
import { scanSource } from '../scan-source.ts'
import { RULES } from './index.ts'

const EXTENSION = {
  javascript: '.ts',
  java: '.java',
  kotlin: '.kt',
  python: '.py',
  go: '.go',
  csharp: '.cs',
} as const

function found({ language: id, ...rule }: Rule, text: string) {
  const grammars = loadGrammars()
  const extension = EXTENSION[id]
  const language = languageOf(extension)
  if (!grammars.ok || language === undefined) throw new Error('no grammar')
  const alone = { ...rule, language: id, words: /(?:)/ }
  const { requires: _requires, excludes: _excludes, ...bare } = alone
  const report = scanSource({ name: `a${extension}`, text, extension, language }, { rules: [bare], grammars })
  return report
}

for (const rule of RULES)
  describe(`${rule.id} (${rule.language})`, () => {
    it.each(rule.samples.faulty.map((sample, index) => [index, sample] as const))(
      'finds sample %i',
      (_, sample) => {
        const { places, problems } = found(rule, sample.code)
        expect(problems).toEqual([])
        expect(places.map(({ line }) => line)).toEqual(sample.lines)
        if (sample.outcome !== undefined)
          expect(places.map(({ outcome }) => outcome)).toContain(sample.outcome)
      },
    )
    it.each(rule.samples.fine.map((code, index) => [index, code] as const))(
      'leaves look-alike %i alone',
      (_, code) => {
        const { places, problems } = found(rule, code)
        expect(problems).toEqual([])
        expect(places).toEqual([])
      },
    )
    it('can find its samples by its words', () => {
      for (const { code } of rule.samples.faulty) expect(rule.words.test(code)).toBe(true)
    })
  })

const DOCS = fileURLToPath(new URL('../../../../docs/', import.meta.url))

describe('all rules', () => {
  it.each(RULES)(
    '$id ($language) has a page, samples of both kinds, and causes that have pages',
    ({ id, causes, samples }) => {
      expect(existsSync(`${DOCS}rules/${id}.md`)).toBe(true)
      expect(samples.faulty.length).toBeGreaterThan(0)
      expect(samples.fine.length).toBeGreaterThan(0)
      expect(causes.length).toBeGreaterThan(0)
      for (const cause of causes) expect(existsSync(`${DOCS}causes/${cause}.md`), cause).toBe(true)
    },
  )
  it('have ids of their own in a language, and no page is left without its rule', () => {
    const names = RULES.map(({ id, language }) => `${id} ${language}`)
    expect(new Set(names).size).toBe(names.length)
    expect(
      readdirSync(`${DOCS}rules`)
        .map((name) => name.replace(/\.md$/, ''))
        .toSorted(),
    ).toEqual([...new Set(RULES.map(({ id }) => id))].toSorted())
  })
})

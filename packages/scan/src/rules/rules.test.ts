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

async function found({ language: id, ...rule }: Rule, text: string) {
  const grammars = loadGrammars()
  const extension = EXTENSION[id]
  const language = languageOf(extension)
  if (!grammars.ok || language === undefined) throw new Error('no grammar')
  const alone = { ...rule, language: id, words: /(?:)/ }
  const { requires: _requires, excludes: _excludes, ...bare } = alone
  const report = await scanSource(
    { name: `a${extension}`, text, extension, language },
    { rules: [bare], grammars },
  )
  return report
}

for (const rule of RULES)
  describe(rule.id, () => {
    it.each(rule.samples.faulty.map((sample, index) => [index, sample] as const))(
      'finds sample %i',
      async (_, sample) => {
        const { places, problems } = await found(rule, sample.code)
        expect(problems).toEqual([])
        expect(places.map(({ line }) => line)).toEqual(sample.lines)
        if (sample.outcome !== undefined)
          expect(places.map(({ outcome }) => outcome)).toContain(sample.outcome)
      },
    )
    it.each(rule.samples.fine.map((code, index) => [index, code] as const))(
      'leaves look-alike %i alone',
      async (_, code) => {
        const { places, problems } = await found(rule, code)
        expect(problems).toEqual([])
        expect(places).toEqual([])
      },
    )
    it('can find its samples by its words', () => {
      for (const { code } of rule.samples.faulty) expect(rule.words.test(code)).toBe(true)
    })
  })

import { analyze, type Diagnosis } from '@whyreset/core'
import { describe, expect, it } from 'vitest'
import { evidenceFolders } from '../../core/test/evidence/folder.ts'
import { fileInput } from '../../core/test/evidence/inputs.ts'
import { anonymize } from '../src/anonymize.ts'
import { parseDiagnosis } from '../src/parse-diagnosis.ts'
import { renderMarkdown } from '../src/markdown.ts'
import { renderTerminal } from '../src/terminal.ts'
import { columnsOf } from '../src/terminal/columns.ts'

const diagnoses = await Promise.all(
  evidenceFolders('fixtures').map(async ({ name, files }): Promise<[string, Diagnosis]> => {
    const { diagnosis } = await analyze(files.map(fileInput))
    return [name, diagnosis]
  }),
)

describe.each(diagnoses)('the answer to %s', (_name, diagnosis) => {
  it('has the published shape', () => {
    expect(parseDiagnosis(diagnosis)).toMatchObject({ ok: true })
    expect(parseDiagnosis(anonymize(diagnosis, 'key'))).toMatchObject({ ok: true })
  })

  it.each(['en', 'zh'] as const)('reads well in %s', (lang) => {
    const text = renderTerminal(diagnosis, { lang })
    for (const line of text.split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(80)
    for (const answer of [text, renderMarkdown(diagnosis, { lang })])
      expect(answer).not.toMatch(/undefined|NaN|\[object|= <|\b0 µs|\b1 (?:bytes|connections)\b/)
    const lines = text.split('\n').filter((line) => line.length > 40)
    expect(new Set(lines).size).toBe(lines.length)
  })

  it('says every sentence of its own in Chinese', () => {
    const text = renderTerminal(diagnosis, { lang: 'zh' })
    for (const { statement, fix } of diagnosis.findings.slice(0, 1)) {
      expect(text).not.toContain(statement.text.slice(0, 60))
      expect(text).not.toContain(fix.summary.text.slice(0, 40))
    }
  })

  it('stays prose when it is anonymised', () => {
    const { verdict } = anonymize(diagnosis, 'key')
    expect(verdict.text).toMatch(/^[A-Z[\da-f].*\.$/)
    expect(verdict.text).not.toContain(verdict.id)
  })
})

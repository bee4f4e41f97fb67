import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { LanguageId } from '../rule.ts'
import { RULES } from './index.ts'

const DOCS = new URL('../../../../docs/', import.meta.url)
const accuracy = readFileSync(fileURLToPath(new URL('scan-accuracy.md', DOCS)), 'utf8')

/** Below this share of true reports a rule is off by default. */
const LEAST = 0.8

const NAMES: Readonly<Record<LanguageId, string>> = {
  java: 'Java',
  kotlin: 'Kotlin',
  javascript: 'JavaScript',
  python: 'Python',
  go: 'Go',
  csharp: 'C#',
}

interface Measure {
  readonly reports: number
  readonly right: number
}

/** Reports and true ones of the rules in their languages, as the tables of docs/scan-accuracy.md say. */
function measures(): ReadonlyMap<string, Measure> {
  const all = new Map<string, Measure>()
  const rows = accuracy.matchAll(
    /^\|\s*\[([\w-]+)\]\([^)]*\)\s*\|\s*([\w#]+)\s*\|\s*(\d+)\s*\|\s*(\d+)\s*\|\s*(\d+)\s*\|/gm,
  )
  for (const [, id = '', language = '', reports, right, wrong] of rows) {
    expect(Number(right) + Number(wrong), `${id} ${language}`).toBe(Number(reports))
    const before = all.get(`${id} ${language}`) ?? { reports: 0, right: 0 }
    all.set(`${id} ${language}`, {
      reports: before.reports + Number(reports),
      right: before.right + Number(right),
    })
  }
  return all
}

const ON = RULES.filter(({ isOffByDefault }) => isOffByDefault !== true)
const OFF = RULES.filter(({ isOffByDefault }) => isOffByDefault === true)

describe('a rule that runs by default', () => {
  it.each(ON)('was measured, and is right often enough: $id ($language)', ({ id, language }) => {
    const { reports, right } = measures().get(`${id} ${NAMES[language]}`) ?? { reports: 0, right: 0 }
    expect(reports).toBeGreaterThan(0)
    expect(right / reports).toBeGreaterThanOrEqual(LEAST)
  })
})

describe('a rule that is off by default', () => {
  it.each(OFF)(
    'is named as such where accuracy is told, and on its page: $id ($language)',
    ({ id, language }) => {
      const off = accuracy.slice(accuracy.indexOf('## Off by default'))
      expect(
        [...off.matchAll(/^\|\s*\[([\w-]+)\]\([^)]*\)\s*\|\s*([\w#]+)\s*\|/gm)].map(
          ([, name, of]) => `${name} ${of}`,
        ),
      ).toContain(`${id} ${NAMES[language]}`)
      const isForAll = RULES.filter((other) => other.id === id).every(
        ({ isOffByDefault }) => isOffByDefault === true,
      )
      const page = readFileSync(fileURLToPath(new URL(`rules/${id}.md`, DOCS)), 'utf8')
      const [, where = ''] = /^[^#]*Off by default( in [^:]*)?/m.exec(page) ?? []
      expect(page).toMatch(/^[^#]*Off by default/m)
      if (!isForAll) expect(where).toContain(NAMES[language])
    },
  )
})

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { RULES } from './index.ts'

const DOCS = new URL('../../../../docs/', import.meta.url)
const accuracy = readFileSync(fileURLToPath(new URL('scan-accuracy.md', DOCS)), 'utf8')

/** Below this share of true reports a rule is off by default. */
const LEAST = 0.8

/** Reports and true ones of the rules, as the tables of docs/scan-accuracy.md say. */
function measures(): ReadonlyMap<string, { readonly reports: number; readonly right: number }> {
  const rows = accuracy.matchAll(/^\|\s*\[([\w-]+)\]\([^)]*\)\s*\|\s*(\d+)\s*\|\s*(\d+)\s*\|/gm)
  return new Map(
    [...rows].map(([, id = '', reports, right]) => [id, { reports: Number(reports), right: Number(right) }]),
  )
}

const ON = RULES.filter(({ isOffByDefault }) => isOffByDefault !== true)
const OFF = RULES.filter(({ isOffByDefault }) => isOffByDefault === true)

describe('a rule that runs by default', () => {
  it.each(ON)('was measured, and is right often enough: $id', ({ id }) => {
    const { reports, right } = measures().get(id) ?? { reports: 0, right: 0 }
    expect(reports).toBeGreaterThan(0)
    expect(right / reports).toBeGreaterThanOrEqual(LEAST)
  })
})

describe('a rule that is off by default', () => {
  it.each(OFF)('is named as such where accuracy is told, and on its page: $id', ({ id }) => {
    expect(accuracy.slice(accuracy.indexOf('## Off by default'))).toContain(`[${id}](rules/${id}.md)`)
    expect(readFileSync(fileURLToPath(new URL(`rules/${id}.md`, DOCS)), 'utf8')).toMatch(
      /^[^#]*Off by default/m,
    )
  })
})

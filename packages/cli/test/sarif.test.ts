import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { renderScanSarif } from '@whyreset/report/scan'
import { scanSchema, type ScanReport } from '@whyreset/report/scan-schema'
import Ajv from 'ajv-draft-04'
import addFormats from 'ajv-formats'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { whyreset } from './whyreset.ts'

const STORY = fileURLToPath(new URL('../../../examples/reference-story', import.meta.url))
const PROGRAMS = fileURLToPath(new URL('../../lab/src/programs', import.meta.url))
const LEAK = 'export async function f(url) {\n  const r = await fetch(url)\n  return r.status\n}\n'

/** The whole schema of SARIF 2.1.0 as published, which forbids what it does not know; formats are checked as well. */
const SCHEMA = createRequire(import.meta.url).resolve(
  '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json',
)
const ajv = new Ajv.default({ allErrors: true, unicodeRegExp: false })
addFormats.default(ajv)
const isSarif = ajv.compile<SarifLog>(JSON.parse(readFileSync(SCHEMA, 'utf8')))

/** The little of it that is looked at here. */
interface SarifLog {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } }
      readonly results: readonly {
        readonly ruleId: string
        readonly ruleIndex: number
        readonly message: { readonly text: string }
        readonly locations: readonly [SarifLocation]
        readonly relatedLocations?: readonly SarifLocation[]
      }[]
      readonly invocations: readonly [{ readonly toolExecutionNotifications: readonly object[] }]
    },
  ]
}

interface SarifLocation {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string }
    readonly region: Readonly<Record<string, number>>
  }
}

function sarifOf(text: string): SarifLog['runs'][0] {
  const log: unknown = JSON.parse(text)
  const isValid = isSarif(log)
  expect(isSarif.errors).toBeNull()
  if (!isValid) throw new Error('this is no SARIF')
  return log.runs[0]
}

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whyreset-sarif-'))
  put('clean/a.js', 'export const a = 1\n')
  put('names/a b/ünïcode#?%.js', LEAK)
  put('broken/a.js', `${LEAK}\nfunction g() {\n  const r = fetch(]);\n}\n`)
  put('broken/b.js', LEAK.replace('fetch(url)', 'fetch(url) // whyreset-ignore'))
  put('broken/c.js', 'fetch(u)\0')
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

function put(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
}

describe('whyreset scan --sarif', () => {
  it('is SARIF 2.1.0 where nothing is found', () => {
    expect(sarifOf(whyreset(['scan', join(folder, 'clean'), '--sarif']).stdout).results).toEqual([])
  })

  it('is SARIF 2.1.0 for all languages and severities, with every rule where its index says', () => {
    const { rules, results } = flat(whyreset(['scan', PROGRAMS, '--sarif', '--severity', 'info']).stdout)
    expect(results.length).toBeGreaterThan(5)
    for (const { ruleId, ruleIndex } of results) expect(rules[ruleIndex]?.id).toBe(ruleId)
  })

  it('is SARIF 2.1.0 joined with evidence, and says what the evidence shows', () => {
    const { results } = flat(whyreset(['scan', PROGRAMS, '--sarif', '--diagnosis', STORY]).stdout)
    expect(results[0]?.message.text).toMatch(/\n.*garbage-collected/)
  })

  it('is SARIF 2.1.0 for files that were not looked at, each a notification', () => {
    const { invocations } = sarifOf(whyreset(['scan', join(folder, 'broken'), '--sarif']).stdout)
    expect(invocations[0].toolExecutionNotifications).toHaveLength(3)
  })

  it('names files as URIs', () => {
    const { results } = flat(whyreset(['scan', 'names', '--sarif'], { cwd: folder }).stdout)
    const { artifactLocation } = results[0]?.locations[0].physicalLocation ?? {}
    expect(decodeURIComponent(artifactLocation?.uri ?? '')).toMatch(/a b\/ünïcode#\?%\.js$/)
    expect(artifactLocation?.uri).toMatch(/^[\w./%-]+$/)
  })

  it('is SARIF 2.1.0 for names that no file system of this kind has', () => {
    const { stdout } = whyreset(['scan', join(folder, 'broken'), '--json'])
    const report: ScanReport = scanSchema.parse(JSON.parse(stdout))
    const hostile = {
      ...report,
      results: report.results.map((place) => ({
        ...place,
        file: 'C:\\\uD800/../\u001B[31m',
        leavesAt: 3,
      })),
    }
    const { results } = sarifOf(
      renderScanSarif(hostile, [{ id: 'fetch-body-unread', title: 't', fix: 'f' }], '1'),
    )
    expect(results[0]?.relatedLocations?.[0]?.physicalLocation.region).toEqual({ startLine: 3 })
  })
})

function flat(text: string): Pick<SarifLog['runs'][0], 'results'> & SarifLog['runs'][0]['tool']['driver'] {
  const { tool, results } = sarifOf(text)
  return { ...tool.driver, results }
}

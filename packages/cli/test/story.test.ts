import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listScenarios } from '@whyreset/lab'
import { start, whyreset } from './whyreset.ts'

/** The reference story, its half fix (the client is shared and closed, the body still unread), and its end. */
const CHAPTERS = ['story', 'story-first-fix', 'story-fixed'] as const

const lacking = new Set(
  listScenarios().flatMap(({ name, missing }) => (CHAPTERS.some((each) => each === name) ? missing : [])),
)
const unavailable = lacking.size > 0 ? `needs ${[...lacking].join(', ')}` : undefined

const folder = mkdtempSync(join(tmpdir(), 'whyreset-story-'))
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})
const recorded = (chapter: (typeof CHAPTERS)[number]): string => join(folder, chapter)

describe.skipIf(unavailable !== undefined)(`the reference story, live (${unavailable ?? 'runs'})`, () => {
  beforeAll(async () => {
    const runs = await Promise.all(
      CHAPTERS.map((chapter) => start(['lab', 'record', chapter, recorded(chapter), '--seed', '4']).end),
    )
    for (const { code, stderr } of runs) expect(code, stderr).toBe(0)
  })

  it('the collector is named, with the client, the provider and the trigger', () => {
    const { code, stdout } = whyreset([recorded('story'), '--json'])
    expect(code).toBe(0)
    const { findings, warnings } = JSON.parse(stdout) as {
      findings: { cause: string; resetBy: string; trigger?: { pValue: number } }[]
      warnings: { kind: string }[]
    }
    expect(findings[0]).toMatchObject({
      cause: 'garbage-collected',
      resetBy: 'client',
      parties: { client: { process: 'java' } },
      trigger: { kind: 'garbage-collection' },
    })
    expect(findings[0]?.trigger?.pValue).toBeLessThan(0.05)
    expect(warnings.map(({ kind }) => kind)).toContain('close-wait-leak')
  })

  it('after the first fix CLOSE_WAIT went away and the resets stayed', () => {
    const { code, stdout } = whyreset([
      'compare',
      recorded('story'),
      recorded('story-first-fix'),
      '--exit-code',
    ])
    expect(stdout).toMatch(/^The resets by garbage collection stayed: /)
    expect(stdout).toMatch(/CLOSE_WAIT went\s+away/)
    expect(code).toBe(3)
  })

  it('after both fixes the resets are gone', () => {
    const { code, stdout } = whyreset(['compare', recorded('story'), recorded('story-fixed'), '--exit-code'])
    expect(stdout).toMatch(/^The resets by garbage collection are gone: /)
    expect(code).toBe(0)
  })
})

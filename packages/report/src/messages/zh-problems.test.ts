import { PROBLEM_CODES, problem, type Problem } from '@whyreset/core'
import { expect, it } from 'vitest'
import { renderProblem } from './render-message.ts'

const VALUES = {
  bytes: 5_000_000,
  characters: 12,
  collections: 3,
  compression: 'gzip',
  events: 0,
  found: '7f 45 4c 46',
  from: '2026-11-22T14:00:00Z',
  id: 4,
  kept: 1000,
  kind: 'xz',
  known: 2,
  length: 7,
  limit: 262_144,
  lines: 9,
  linkType: 147,
  missing: 60,
  omitted: 70_000,
  packets: 8,
  reason: 'EIO',
  resetsFrom: '2026-11-22T15:00:00Z',
  resetsTo: '2026-11-22T15:00:01Z',
  rows: 6,
  segments: 5,
  state: 'ESTABLISHED',
  to: '2026-11-22T14:20:00Z',
  wanted: 'evidence',
  what: 'rows of a socket table',
}

it.each([...PROBLEM_CODES])('%s is said in Chinese, with every number of it', (code) => {
  const says = renderProblem(saved(code), 'zh')
  expect(says).toMatch(/\p{Script=Han}/u)
  expect(says).not.toMatch(/undefined|NaN|\[object| {2}/)
  expect(says).not.toMatch(/\p{Script=Han} \p{Script=Han}|\p{Script=Han}[a-z0-9]|[a-z0-9]\p{Script=Han}/iu)
})

it('a problem that a later version wrote keeps its own sentence', () => {
  const later = { ...problem('empty-input', { wanted: 'evidence' }), code: 'from-the-future', text: 'is odd' }
  expect(renderProblem(later as unknown as Problem, 'zh')).toBe('is odd')
})

/** As a saved answer holds it: the code, and values of every name. */
function saved(code: string): Problem {
  return { code, values: VALUES, text: 'in English' } as unknown as Problem
}

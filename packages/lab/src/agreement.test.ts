import { expect, test } from 'vitest'
import { compareWithTruth } from './agreement.ts'
import type { Truth } from './truth.ts'

const truth: Truth = {
  case: 'story-1',
  explain: '',
  findings: [{ cause: 'connection-refused', resetBy: 'server', connections: 5 }],
}

test('two findings of one kind count together', () => {
  const found = [2, 3].map((connections) => ({
    cause: 'connection-refused' as const,
    resetBy: 'server' as const,
    connections,
  }))
  expect(compareWithTruth(truth, found)).toBe('agrees')
})

test('the right cause with another count is told from another cause', () => {
  expect(compareWithTruth(truth, [{ cause: 'connection-refused', resetBy: 'server', connections: 4 }])).toBe(
    'counts-differ',
  )
  expect(compareWithTruth(truth, [{ cause: 'connection-refused', resetBy: 'client', connections: 5 }])).toBe(
    'disagrees',
  )
})

test('a finding in a healthy run disagrees, and so does silence about an incident', () => {
  expect(compareWithTruth({ ...truth, findings: [] }, truth.findings)).toBe('disagrees')
  expect(compareWithTruth(truth, [])).toBe('disagrees')
  expect(compareWithTruth({ ...truth, findings: [] }, [])).toBe('agrees')
})

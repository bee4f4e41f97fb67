import type { WatchEvent } from '@whyreset/report/event-schema'
import { expect, it } from 'vitest'
import { watchLine } from './watch-line.ts'

const ABOUT = { schema: 'whyreset.event/1', target: 'web', time: '2026-11-22T14:55:21.123456789Z' } as const
const FINDING = {
  ...ABOUT,
  event: 'finding',
  cause: 'garbage-collected',
  severity: 'error',
  resetBy: 'client',
  client: '10.91.1.1',
  server: '10.91.1.2:8080',
  connections: 1600,
  connectionsInEvidence: 1700,
  confidence: 0.97,
  statement: { id: 'x', values: {}, text: 'x' },
  from: ABOUT.time,
  to: ABOUT.time,
  evidence: '/evidence/1',
} as const satisfies WatchEvent

it('says when, how bad, why, who reset how many, and where it is shown', () => {
  expect(watchLine(FINDING)).toBe(
    '2026-11-22T14:55:21Z error garbage-collected 10.91.1.1 reset 1,600 connections to 10.91.1.2:8080 (97 %)  evidence: /evidence/1',
  )
})

it.each([
  [{ resetBy: 'server', connections: 1 }, '10.91.1.2:8080 reset 1 connection of 10.91.1.1'],
  [{ resetBy: 'middlebox' }, 'a device between them reset 1,600 connections of 10.91.1.1 to 10.91.1.2:8080'],
  [{ resetBy: 'none' }, '1,600 connections of 10.91.1.1 to 10.91.1.2:8080'],
  [
    { cause: 'connection-refused', resetBy: 'server' },
    '10.91.1.2:8080 refused 1,600 connections of 10.91.1.1',
  ],
] as const)('blames whoever sent the resets: %o', (other, words) => {
  expect(watchLine({ ...FINDING, ...other })).toContain(` ${words} (97 %)`)
})

it('is one line, whatever a program called itself', () => {
  const hostile = 'x\n\u001B[2J\u202Ey'
  const events: readonly WatchEvent[] = [
    { ...FINDING, client: hostile, evidence: hostile },
    { ...ABOUT, event: 'lost', says: hostile },
    { ...ABOUT, event: 'missing', what: hostile, because: hostile, without: hostile },
    { ...ABOUT, event: 'unexplained', resets: 1, because: hostile, evidence: hostile },
    { ...ABOUT, event: 'attached', again: true, addresses: [hostile] },
  ]
  // oxlint-disable-next-line no-control-regex -- what a terminal would obey
  for (const event of events) expect(watchLine(event)).not.toMatch(/[\u0000-\u001F\u007F\u202E]/)
})

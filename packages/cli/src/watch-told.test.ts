import type { Finding, Warning } from '@whyreset/core'
import { expect, it } from 'vitest'
import type { EpisodeIncident, EpisodeSummary } from './watch-episode.ts'
import { createTold } from './watch-told.ts'

const HOUR = 3_600_000
const WHERE = { target: 'web', evidence: '/evidence/1' }

function at(second: number): string {
  return `2026-11-22T14:55:${String(second).padStart(2, '0')}.000000000Z`
}

/** Resets at these seconds, all of one finding. */
function episode(seconds: readonly number[], finding: Partial<Finding> = {}): EpisodeSummary {
  const incidents: EpisodeIncident[] = seconds.map((second) => ({
    id: `r${second}`,
    time: at(second),
    cause: finding.cause ?? 'unread-data',
    resetBy: 'client',
    client: '10.0.0.1:40000',
    server: '10.0.0.2:80',
  }))
  const whole = {
    cause: 'unread-data',
    severity: 'error',
    resetBy: 'client',
    client: '10.0.0.1',
    server: '10.0.0.2:80',
    connections: incidents.length,
    confidence: 0.9,
    statement: { id: 'x', values: {}, text: 'x' },
    from: at(Math.min(...seconds)),
    to: at(Math.max(...seconds)),
    incidents: incidents.map(({ id }) => id),
    ...finding,
  } as Finding
  return { schema: 'whyreset.episode/1', findings: [whole], incidents, warnings: [], beyond: 0 }
}

it('tells each reset once though evidence overlaps', () => {
  const told = createTold()
  expect(told.tell(episode([1, 2]), WHERE, 0)).toMatchObject({
    events: [{ event: 'finding', connections: 2, time: at(1), evidence: '/evidence/1' }],
    isNew: true,
  })
  const again = told.tell(episode([1, 2, 8]), WHERE, 0)
  expect(again).toMatchObject({
    events: [{ connections: 1, connectionsInEvidence: 3, time: at(8) }],
    isNew: false,
  })
  expect(again.incidents.map(({ id }) => id)).toEqual(['r8'])
  expect(told.tell(episode([1, 2, 8]), WHERE, 0)).toEqual({ events: [], incidents: [], isNew: false })
})

it('calls it new when more evidence gives resets of a place another cause', () => {
  const told = createTold()
  told.tell(episode([1]), WHERE, 0)
  expect(told.tell(episode([1, 2], { cause: 'garbage-collected' }), WHERE, 0)).toMatchObject({
    events: [{ cause: 'garbage-collected', connections: 1 }],
    isNew: true,
  })
})

it('tells what is harmless once an hour, with all that came meanwhile', () => {
  const told = createTold()
  const probe = { cause: 'health-probe', severity: 'info' } as const
  expect(told.tell(episode([1], probe), WHERE, 0).events).toHaveLength(1)
  expect(told.tell(episode([2, 3], probe), WHERE, 1000)).toMatchObject({ events: [], isNew: false })
  expect(told.tell(episode([4], probe), WHERE, HOUR)).toMatchObject({
    events: [{ connections: 3, time: at(2) }],
  })
})

it('tells of what only a log knows, once', () => {
  const told = createTold()
  const logged = { ...episode([], { cause: 'no-reset-on-wire', connections: 4, from: at(3), to: at(5) }) }
  expect(told.tell(logged, WHERE, 0).events).toMatchObject([{ connections: 4, time: at(3) }])
  expect(told.tell(logged, WHERE, 0).events).toEqual([])
})

it('tells of a pile again when it has doubled', () => {
  const told = createTold()
  const counts = [20, 25, 39, 40, 41].map((count) => {
    const warning = { kind: 'close-wait-leak', count, says: { id: 'x', values: {}, text: '' }, proof: [] }
    const summary = { ...episode([]), findings: [], warnings: [warning as Warning] }
    return told.tell(summary, WHERE, 0).events.length
  })
  expect(counts).toEqual([1, 0, 0, 1, 0])
})

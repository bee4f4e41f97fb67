import type { Diagnosis, Lane } from '@whyreset/core'
import { describe, expect, it } from 'vitest'
import { orderLanes } from './order-lanes.ts'
import type { LaneWish } from './order-lanes.ts'

const lane = (row: number, more: Partial<Lane>): Lane =>
  ({
    row,
    client: '10.0.0.1',
    clientPort: 50_000 + row,
    server: '10.0.0.2',
    serverPort: 8080,
    firstNs: row * 10,
    lastNs: row * 10 + 5,
    outcome: 'closed',
    clientBytes: 0,
    serverBytes: 0,
    ...more,
  }) as Lane

const diagnosis = {
  incidents: [{ cause: 'garbage-collected' }],
  findings: [],
} as unknown as Diagnosis

const lanes = [
  lane(0, { serverBytes: 9, lastNs: 100 }),
  lane(1, { outcome: 'reset', incident: 0, serverBytes: 5 }),
  lane(2, { outcome: 'refused', serverPort: 9090, server: '10.0.0.3' }),
]
const ANY: LaneWish = {
  order: 'start',
  descending: false,
  filter: {},
  peer: undefined,
  port: undefined,
  outcome: undefined,
  range: undefined,
}
const rows = (wish: Partial<LaneWish>): number[] =>
  orderLanes(lanes, { ...ANY, ...wish }, diagnosis, 'en').map(({ row }) => row)

describe('lanes', () => {
  it('come in the order asked for, equal ones by time', () => {
    expect(rows({})).toEqual([0, 1, 2])
    expect(rows({ order: 'end' })).toEqual([1, 2, 0])
    expect(rows({ order: 'duration', descending: true })).toEqual([0, 1, 2])
    expect(rows({ order: 'bytes', descending: true })).toEqual([0, 1, 2])
    expect(rows({ order: 'peer' })).toEqual([0, 1, 2])
    expect(rows({ order: 'outcome' })).toEqual([1, 2, 0])
  })

  it('are found by peer, port, outcome, cause and the words they show', () => {
    expect(rows({ peer: '10.0.0.3' })).toEqual([2])
    expect(rows({ port: 8080 })).toEqual([0, 1])
    expect(rows({ outcome: 'refused' })).toEqual([2])
    expect(rows({ filter: { cause: 'garbage-collected' } })).toEqual([1])
    expect(rows({ filter: { text: 'Garbage' } })).toEqual([1])
    expect(rows({ filter: { text: ':50002' } })).toEqual([2])
    expect(rows({ filter: { text: 'reset', cause: 'half-open' } })).toEqual([])
  })

  it('are those that lived within the range in view', () => {
    expect(rows({ range: { fromNs: 16, toNs: 19 } })).toEqual([0])
    expect(rows({ range: { fromNs: 15, toNs: 20 } })).toEqual([0, 1, 2])
  })
})

import type { Lane } from '@whyreset/core'
import { describe, expect, it } from 'vitest'
import { groupLanes } from './group-lanes.ts'
import { laneName } from './lane-names.ts'

const between = (client: string, server: string, clientPort = 51_312): Lane =>
  // What a name is made of.
  ({ client, clientPort, server, serverPort: 8080, outcome: 'reset' }) as Lane
const within = (most: number) => (name: string) => name.length <= most

const many = (client: string, count: number): Lane[] =>
  Array.from({ length: count }, (_, index) => between(client, '10.0.0.9', 40_000 + index))
const mixed = (clients: readonly string[], each: number): Lane[] =>
  Array.from({ length: each }, (_, index) =>
    clients.map((client) => between(client, '10.0.0.9', 40_000 + index)),
  ).flat()

describe('the name of a lane', () => {
  const lane = between('2001:db8:85a3:8d3:1319:8a2e:370:7348', '2001:db8:85a3:8d3::5')

  it('is whole where there is room', () => {
    expect(laneName(lane, within(200))).toBe(
      '[2001:db8:85a3:8d3:1319:8a2e:370:7348]:51312 → [2001:db8:85a3:8d3::5]:8080',
    )
  })

  it('keeps the ends of addresses, and the ports, where there is little', () => {
    expect(laneName(lane, within(45))).toBe('[…:370:7348]:51312 → […:8d3::5]:8080')
    expect(laneName(lane, within(30))).toBe('[…7348]:51312 → […::5]:8080')
    expect(laneName(between('10.91.100.101', '10.91.1.2'), within(24))).toBe('….101:51312 → ….1.2:8080')
    expect(laneName(lane, within(10))).toBe('51312→8080')
  })
})

describe('lanes too low for text', () => {
  it('are put together by their ends, in the order that was asked for', () => {
    const { lanes, groups } = groupLanes(mixed(['10.0.0.1', '10.0.0.2'], 10))
    expect(groups).toEqual([
      { first: 0, end: 10, name: '10.0.0.1 → 10.0.0.9:8080', resets: 10 },
      { first: 10, end: 20, name: '10.0.0.2 → 10.0.0.9:8080', resets: 10 },
    ])
    expect(lanes[10]?.clientPort).toBe(40_000)
  })

  it('are put together by service where clients are many, and left where services are too', () => {
    const clients = Array.from({ length: 30 }, (_, index) => `10.0.0.${index}`)
    expect(groupLanes(mixed(clients, 1)).groups).toEqual([
      { first: 0, end: 30, name: '→ 10.0.0.9:8080', resets: 30 },
    ])
    const apart = many('10.0.0.1', 5)
    expect(groupLanes(apart)).toEqual({ lanes: apart, groups: [] })
  })
})

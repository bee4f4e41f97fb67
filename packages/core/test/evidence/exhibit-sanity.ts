import { lanesOf, segmentsOf } from '../../src/exhibits/columns.ts'
import type { Exhibits } from '../../src/exhibits/exhibits.ts'
import {
  MAX_EVENTS,
  MAX_LADDERS,
  MAX_LANES,
  MAX_SEGMENTS,
  MAX_SOCKET_GROUPS,
  MAX_TEXT,
} from '../../src/exhibits/limits.ts'
import type { Diagnosis } from '../../src/diagnosis.ts'

/** What no exhibits may hold, whatever they were made of: places that are not there, columns that do not fit. */
export function exhibitNonsense(exhibits: Exhibits, diagnosis: Diagnosis): string[] {
  const { timeline, lanes, ladders, hosts, lines, fromNs, toNs } = exhibits
  const { inputs, incidents, findings } = diagnosis
  const wrong = valuesThatAreNone(exhibits, 'exhibits')
  const check = (holds: boolean, what: string): void => {
    if (!holds) wrong.push(what)
  }

  check(fromNs <= toNs, `from ${fromNs} to ${toNs}`)
  for (const series of [timeline.resets, timeline.refused, ...timeline.logs, ...timeline.kernelResets]) {
    check(series.timesNs.length === Math.min(series.count, MAX_EVENTS), 'events that are not listed')
    check(
      series.timesNs.slice(1).every((each) => each >= 0),
      'events out of order',
    )
  }
  for (const each of timeline.collections) {
    const { startNs, lengthNs, pauseUs, kind, name, line } = each
    check(sameLength(startNs, lengthNs, pauseUs, kind, name, line), 'columns of collections')
    check(startNs.length <= each.count, 'more collections than there are')
  }
  for (const { finding, collections, burstNs, resets, followed, lagUs } of timeline.triggers) {
    check(isPlace(finding, findings) && isPlace(collections, timeline.collections), 'a trigger of nothing')
    check(sameLength(burstNs, resets, followed, lagUs), 'columns of a trigger')
  }
  const { count, share, ...columns } = lanes
  check(count <= MAX_LANES && share >= 0 && share <= 1, `${count} lanes of ${share}`)
  check(
    Object.values(columns).every((column) => column.length === count),
    'columns of lanes',
  )
  for (const lane of lanesOf(exhibits)) {
    check(lane.client !== '' && lane.server !== '', 'a lane without ends')
    check(lane.frame >= 1 && lane.frame <= (inputs[lane.input]?.records ?? 0), `a lane at ${lane.frame}`)
    check(lane.firstNs <= lane.lastNs, 'a lane that ends before it begins')
    check(isPlace(lane.incident, incidents) && isPlace(lane.finding, findings), 'a lane of no incident')
    check(
      lane.ladder === undefined || ladders[lane.ladder]?.incident === lane.incident,
      'a lane of no ladder',
    )
  }
  check(ladders.length <= MAX_LADDERS, `${ladders.length} ladders`)
  for (const ladder of ladders) {
    const { frame, timeNs, from, flags, seq, ack, length, window, marks, gaps, heads, cited } = ladder
    check(sameLength(frame, timeNs, from, flags, seq, ack, length, window, marks), 'columns of a ladder')
    check(frame.length > 0 && frame.length <= MAX_SEGMENTS, `${frame.length} segments`)
    const left = gaps.reduce((sum, gap) => sum + gap.count, 0)
    check(frame.length + left === ladder.seen, `${frame.length} + ${left} of ${ladder.seen} segments`)
    for (const { segment } of [...heads, ...cited, ...gaps, ...ladder.parts])
      check(isPlace(segment, frame), `segment ${segment} of ${frame.length}`)
    for (const { finding, proof } of cited)
      check(isPlace(proof, findings[finding]?.proof ?? []), 'a proof of nothing')
    for (const { input, frame: number } of segmentsOf(ladder))
      check(number >= 1 && number <= (inputs[input]?.records ?? 0), `frame ${number}`)
  }
  for (const { timesNs, input, states, groups } of hosts) {
    const all = [
      input,
      ...Object.values(states),
      ...groups.flatMap((g) => [g.established, g.closeWait, g.unread]),
    ]
    check(sameLength(timesNs, ...all), 'columns of a host')
    check(groups.length <= MAX_SOCKET_GROUPS, `${groups.length} groups`)
  }
  check(
    lines.every(({ input, line }) => isPlace(input, inputs) && line >= 1),
    'a line of nothing',
  )
  return wrong
}

function isPlace(place: number | null | undefined, list: readonly unknown[]): boolean {
  return place === null || place === undefined || (place >= 0 && place < list.length)
}

function sameLength(...columns: readonly (readonly unknown[])[]): boolean {
  return columns.every(({ length }) => length === columns[0]?.length)
}

/** Numbers that JSON cannot hold or that are no whole number, and texts without a bound. */
function valuesThatAreNone(value: unknown, path: string): string[] {
  if (typeof value === 'number')
    return Number.isInteger(value) || path.endsWith('share') ? [] : [`${path}: ${value}`]
  if (typeof value === 'string')
    return value.length <= MAX_TEXT ? [] : [`${path}: ${value.length} characters`]
  if (value === undefined) return [`${path}: undefined`]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, each]) => valuesThatAreNone(each, `${path}.${name}`))
}

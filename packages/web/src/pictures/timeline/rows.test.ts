import { describe, expect, it } from 'vitest'
import { pictureStory } from '../../../test/pictures-story.ts'
import { TEXTS } from '../texts.ts'
import { findItem } from './find-item.ts'
import { timelineRows } from './rows.ts'

const { diagnosis, exhibits } = pictureStory()
const rows = timelineRows(exhibits, diagnosis, TEXTS.en, 'en')
const SCALE = { range: { fromNs: 0, toNs: 66e9 }, left: 100, width: 660 }

describe('rows of the timeline', () => {
  it('put what happened above what it may have followed, then who told of it, then counts', () => {
    expect(rows.map(({ label }) => label)).toEqual([
      'resets: closed by the garbage collector',
      'collections (jvm G1)',
      'refused connections',
      'log: "reset by peer" · app.log',
      'open connections',
      'CLOSE_WAIT · client',
    ])
  })

  it('divide resets by cause, and keep those without an incident', () => {
    const causes = diagnosis.incidents.map((incident, place) =>
      place < 2 ? { ...incident, cause: 'half-open' as const } : incident,
    )
    const { resets } = exhibits.timeline
    const unlisted = { ...resets, incidents: (resets.incidents ?? []).slice(0, 80) }
    const divided = timelineRows(
      { ...exhibits, timeline: { ...exhibits.timeline, resets: unlisted } },
      { ...diagnosis, incidents: causes },
      TEXTS.en,
      'en',
    )
    const counts = divided.flatMap((row) =>
      row.kind === 'events' && row.of.kind === 'resets' ? [[row.label, row.times.length]] : [],
    )
    expect(counts).toEqual([
      ['resets: closed by the garbage collector', 78],
      ['resets: others', 4],
      ['resets: half-open connection', 2],
    ])
  })

  it('measure bars by the fullest column, which is fuller the wider it is', () => {
    const [resets] = rows
    if (resets?.kind !== 'events') throw new Error('no resets')
    expect(resets.peakOf(1e9)).toBe(12)
    expect(resets.peakOf(1e12)).toBe(84)
    expect(resets.peakOf(1)).toBe(1)
  })

  it('know which collection each burst followed', () => {
    const collections = rows[1]
    if (collections?.kind !== 'spans') throw new Error('no collections')
    expect([...collections.bursts.keys()]).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(collections.bursts.get(2)).toMatchObject({ resets: 12, lagNs: 3.3e6 })
  })
})

describe('what is under the pointer', () => {
  it('is the nearest event of that row, some pixels away at most', () => {
    // 10 pixels to a second: the first burst is at 6.0144 s.
    expect(findItem(rows, SCALE, 160, 34 + 10)).toMatchObject({ row: 0 })
    expect(findItem(rows, SCALE, 180, 34 + 10)).toBeUndefined()
    expect(findItem(rows, SCALE, 50, 34 + 10)).toBeUndefined()
    expect(findItem(rows, SCALE, 160, 10)).toBeUndefined()
  })

  it('is the collection that the pointer is in, also in its middle', () => {
    const near = { ...SCALE, range: { fromNs: 5.99e9, toNs: 6.03e9 } }
    expect(findItem(rows, near, 100 + (660 * 17) / 40, 34 + 26 + 10)).toEqual({ row: 1, item: 0 })
    expect(findItem(rows, near, 100 + (660 * 5) / 40, 34 + 26 + 10)).toBeUndefined()
  })
})

import { expect, test } from 'vitest'
import type { Collection } from './collection.ts'
import { createGcLogBuilder } from './gc-log-builder.ts'

const COLLECTION: Collection = {
  line: 1,
  kind: 'young',
  name: 'Scavenge',
  end: { clock: 'uptime', seconds: 1 },
  concurrent: false,
}

test('the last million collections are kept, and the others are counted', () => {
  const builder = createGcLogBuilder('v8', undefined)
  for (let line = 1; line <= 1_000_003; line += 1) builder.add({ ...COLLECTION, line })
  const { collections, problems } = builder.end()
  expect(collections).toHaveLength(1_000_000)
  expect([collections[0]?.line, collections.at(-1)?.line]).toEqual([4, 1_000_003])
  expect(problems).toMatchObject([{ code: 'records-omitted', values: { kept: 1_000_000, omitted: 3 } }])
})

test('an uptime that is out of order by less than a second is no restart', () => {
  const builder = createGcLogBuilder('jvm', undefined)
  builder.seen({ uptimeSeconds: 10 }, undefined)
  expect(builder.isOtherRun({ uptimeSeconds: 9.5 })).toBe(false)
  expect(builder.isOtherRun({ uptimeSeconds: 8.5 })).toBe(true)
})

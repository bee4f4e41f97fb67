import type { Exhibits, TriggerExhibit } from '@whyreset/core'
import { expect, it } from 'vitest'
import { lagsOf } from './lags.ts'

const exhibits = {
  toNs: 100,
  timeline: { collections: [{ startNs: [0, 20, 40], lengthNs: [0, 0, 0] }] },
} as unknown as Exhibits

it('measures a burst from the collection before it, and says which had none', () => {
  const trigger: TriggerExhibit = {
    finding: 0,
    collections: 0,
    burstNs: [-5, 28],
    resets: [1, 1],
    followed: [null, null],
    lagUs: [null, null],
  }
  expect(lagsOf(trigger, exhibits)).toEqual({
    lagsNs: [3],
    withoutCollection: 1,
    // Gaps of 20, 40 and 40: of 100, half is nearer than 16 2/3.
    chanceMedianNs: 50 / 3,
  })
})

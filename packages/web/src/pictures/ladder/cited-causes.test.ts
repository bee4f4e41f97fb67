import type { Diagnosis } from '@whyreset/core'
import { describe, expect, it } from 'vitest'
import { citedCauses, passing } from './cited-causes.ts'
import type { LadderRow } from './ladder-rows.ts'

const says = (text: string) => ({ id: 'made', values: {}, text })
// The margin looks at the findings' proofs and nothing else.
const diagnosis = {
  findings: [
    { cause: 'garbage-collected', proof: [{ says: says('window 0') }, { says: says('RST') }] },
    { cause: 'late-reset', proof: [{ says: says('FIN') }] },
  ],
} as unknown as Diagnosis
const frame = [10, 11, 12, 13, 14]
const FREE = { client: undefined, server: undefined }
const quietBefore = (place: number): LadderRow => ({ kind: 'quiet', place, lengthNs: 1, free: FREE })

describe('the margin of a ladder', () => {
  it('leads each cited segment to its cause, several to one, and one to several', () => {
    const { causes, cites } = citedCauses(
      {
        frame,
        cited: [
          { segment: 1, finding: 0, proof: 0 },
          { segment: 4, finding: 0, proof: 1 },
          { segment: 4, finding: 1, proof: 0 },
        ],
      },
      diagnosis,
      undefined,
    )
    expect(causes).toEqual([
      { finding: 0, segments: [1, 4] },
      { finding: 1, segments: [4] },
    ])
    expect(cites.get(1)).toEqual([{ cause: 0, says: says('window 0') }])
    expect(cites.get(4)).toEqual([
      { cause: 0, says: says('RST') },
      { cause: 1, says: says('FIN') },
    ])
  })

  it('gives the reset to its finding also where another connection is the proof', () => {
    const { causes, cites } = citedCauses({ frame, cited: [] }, diagnosis, { frame: 14, finding: 1 })
    expect(causes).toEqual([{ finding: 1, segments: [4] }])
    expect(cites.get(4)).toEqual([{ cause: 0, says: undefined }])
  })

  it('gives it once where a proof names it, and not where the reset was not kept', () => {
    const cited = [{ segment: 4, finding: 0, proof: 1 }]
    expect(citedCauses({ frame, cited }, diagnosis, { frame: 14, finding: 0 }).cites.get(4)).toHaveLength(1)
    expect(citedCauses({ frame, cited: [] }, diagnosis, { frame: 99, finding: 0 }).causes).toEqual([])
  })

  it('draws a line from the first segment of its cause to the end', () => {
    const margin = citedCauses({ frame, cited: [{ segment: 2, finding: 0, proof: 0 }] }, diagnosis, undefined)
    expect(passing(margin, quietBefore(2))).toEqual([false])
    expect(passing(margin, quietBefore(3))).toEqual([true])
    expect(passing(margin, { kind: 'exchange', place: 2, from: 'client', text: '', free: FREE })).toEqual([
      true,
    ])
  })
})

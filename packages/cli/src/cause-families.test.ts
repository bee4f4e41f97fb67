import { CAUSES } from '@whyreset/core'
import { expect, it } from 'vitest'
import { FAMILY_OF } from './cause-families.ts'

it.each(CAUSES.map(({ id, family }) => ({ id, family })))(
  'lists $id under $family, as the analysis has it',
  (cause) => {
    expect(FAMILY_OF[cause.id]).toBe(cause.family)
  },
)

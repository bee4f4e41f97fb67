import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { otherNodes } from '../../../scripts/setup.mjs'
import { whyreset } from './whyreset.ts'

const STORY = fileURLToPath(new URL('../../../examples/reference-story', import.meta.url))
const nodes = otherNodes()

test.skipIf(nodes.length === 0)(
  'other versions of Node give the same answer, and complain of nothing',
  () => {
    const here = whyreset([STORY, '--json'])
    expect(here).toMatchObject({ code: 0, stderr: '' })
    for (const { path, version } of nodes)
      expect(whyreset([STORY, '--json'], { node: path }), version).toEqual(here)
  },
)

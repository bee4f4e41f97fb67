import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take longest, most of it in waiting for processes; without a cache Vitest goes by the size of files. */
const LONGEST = [
  'cli/test/lab',
  'hotload/test/store-crash',
  'core/test/corpus/tshark-oracle',
  'cli/test/watch',
  'cli/test/capture',
  'web/test/page',
  'web/test/pictures',
  'gather/test/watch/watch',
  'cli/test/sea',
  'hotload/test/promises-',
]

/** Begins with the longest, so that no worker is alone with one at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // eslint-disable-next-line unicorn/no-array-sort -- no array: Vitest's own order
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => rank(a) - rank(b))
  }
}

function rank({ moduleId }: TestSpecification): number {
  const place = LONGEST.findIndex((name) => moduleId.includes(`/${name}`))
  return place === -1 ? LONGEST.length : place
}

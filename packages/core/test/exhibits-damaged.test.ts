import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { analyze } from '../src/analyze.ts'
import { evidenceFolders, type EvidenceFile } from './evidence/folder.ts'
import { exhibitNonsense } from './evidence/exhibit-sanity.ts'
import { fileInput, keptStreamInput, streamInput } from './evidence/inputs.ts'
import { mutate, random } from './evidence/mutate.ts'

/** Larger files are damaged no differently, only more slowly. */
const MAX_BYTES = 20_000
const ROUNDS = 100
const HEADER = [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0]

test('damaged evidence has exhibits that make sense', async () => {
  const source = random(20_261_122)
  const folders = evidenceFolders('recorded')
  for (let round = 0; round < ROUNDS; round++) {
    const folder = folders[source.below(folders.length)]
    if (folder === undefined) continue
    const { files, name } = folder
    const damaged = files.map((file) => ({ ...file, bytes: mutate(file.bytes.slice(0, MAX_BYTES), source) }))
    const kept = source.below(MAX_BYTES)
    const open =
      [streamInput, (file: EvidenceFile) => keptStreamInput(file, kept)][source.below(8)] ?? fileInput
    expect(await wrongWith(damaged, open), `round ${round} of ${name}`).toEqual([])
  }
})

test('any bytes have exhibits that make sense', async () => {
  const bytes = fc
    .tuple(fc.constantFrom([], HEADER), fc.uint8Array({ maxLength: 2000 }))
    .map(([start, rest]) => Uint8Array.from([...start, ...rest]))
  await fc.assert(
    fc.asyncProperty(fc.array(bytes, { maxLength: 3 }), async (given) => {
      const files = given.map((each, index) => ({ name: `${index}`, bytes: each }))
      expect(await wrongWith(files, fileInput)).toEqual([])
    }),
  )
})

async function wrongWith(files: readonly EvidenceFile[], open: typeof fileInput): Promise<string[]> {
  return analyze(
    files.map((each) => open(each)),
    { exhibits: true },
  ).then(
    ({ diagnosis, exhibits }) => exhibitNonsense(exhibits, diagnosis),
    (error: unknown) => [`${error instanceof Error ? error.stack : String(error)}`],
  )
}

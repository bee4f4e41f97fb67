import { describe, expect, test } from 'vitest'
import { analyze } from '../src/analyze.ts'
import type { Diagnosis } from '../src/diagnosis.ts'
import { evidenceFolders, type EvidenceFile, type EvidenceFolder } from './evidence/folder.ts'
import { chunkedInput, fileInput, streamInput } from './evidence/inputs.ts'
import { lesserEvidence } from './evidence/lesser.ts'
import { differences, falsehoods } from './evidence/truth.ts'

const folders = evidenceFolders('recorded')

/** Single bytes are a slow way to read; what they can break does not need a long capture. */
const MAX_BYTES_READ_ONE_BY_ONE = 100_000

describe.each(folders)('$name', (folder: EvidenceFolder) => {
  const { files, truth } = folder
  const whole = diagnose(files)

  test('is answered as it happened', async () => {
    expect(differences(await whole, truth)).toEqual([])
  })

  test.each(lesserEvidence)('is not answered wrongly $says', async ({ of }) => {
    expect(falsehoods(await diagnose(of(files)), truth)).toEqual([])
  })

  test('gets the same bytes as an answer each time', async () => {
    expect(JSON.stringify(await diagnose(files))).toBe(JSON.stringify(await whole))
  })

  test('is answered alike in whatever order the inputs are given', async () => {
    const turned = [...files.slice(2), ...files.slice(0, 2)].toReversed()
    expect(withPaths(await diagnose(turned))).toEqual(withPaths(await whole))
  })

  test.each([1, 7, 4096])('is answered alike from chunks of %i bytes', async (chunkBytes) => {
    const some = files.filter(({ bytes }) => chunkBytes > 1 || bytes.length <= MAX_BYTES_READ_ONE_BY_ONE)
    const expected = some.length === files.length ? await whole : await diagnose(some)
    const { diagnosis } = await analyze(some.map((file) => chunkedInput(file, chunkBytes)))
    expect(diagnosis).toEqual(expected)
  })

  test('is answered alike from streams', async () => {
    const { diagnosis } = await analyze(files.map((file) => streamInput(file)))
    expect(diagnosis).toEqual(await whole)
  })
})

async function diagnose(files: readonly EvidenceFile[]): Promise<Diagnosis> {
  return (await analyze(files.map(fileInput))).diagnosis
}

/** Findings that name their inputs by path, since their numbers depend on the order. */
function withPaths({ findings, inputs }: Diagnosis): unknown {
  return findings.map((finding) => ({
    ...finding,
    proof: finding.proof.map((proof) => ({ ...proof, input: inputs[proof.input]?.path })),
  }))
}

import { describe, expect, test } from 'vitest'
import { analyze } from '../src/analyze.ts'
import type { Diagnosis } from '../src/diagnosis.ts'
import { evidenceFolders, type EvidenceFile, type EvidenceFolder } from './evidence/folder.ts'
import { chunkedInput, fileInput, streamInput } from './evidence/inputs.ts'
import { differences, falsehoods } from './evidence/truth.ts'

const folders = evidenceFolders('recorded')

/** Single bytes are a slow way to read; what they can break does not need a long capture. */
const MAX_BYTES_READ_ONE_BY_ONE = 100_000

const isCapture = ({ name }: EvidenceFile): boolean => name.endsWith('.pcap')
const isOtherSide = ({ name }: EvidenceFile): boolean => name.includes('other-side')

/** Ways in which a person has less to show than was recorded. */
const lesser: readonly { says: string; of: (files: readonly EvidenceFile[]) => readonly EvidenceFile[] }[] = [
  {
    says: 'without the kernel trace',
    of: (files) => files.filter(({ name }) => name !== 'kernel-resets.txt'),
  },
  { says: 'without the collector’s log', of: (files) => files.filter(({ name }) => name !== 'gc.log') },
  {
    says: 'with the first capture alone of the captures',
    of: (files) => files.filter((file) => !isCapture(file) || !isOtherSide(file)),
  },
  {
    says: 'with the other side’s capture alone of the captures',
    of: (files) => {
      const hasOtherSide = files.some(isOtherSide)
      return files.filter((file) => !hasOtherSide || !isCapture(file) || isOtherSide(file))
    },
  },
  {
    says: 'with a capture and nothing else',
    of: (files) => files.filter((file) => isCapture(file) && !isOtherSide(file)),
  },
  {
    says: 'with the first half of each capture',
    of: (files) =>
      files.map((file) =>
        isCapture(file) ? { ...file, bytes: file.bytes.slice(0, file.bytes.length / 2) } : file,
      ),
  },
]

describe.each(folders)('$name', (folder: EvidenceFolder) => {
  const { files, truth } = folder
  const whole = diagnose(files)

  test('is answered as it happened', async () => {
    expect(differences(await whole, truth)).toEqual([])
  })

  test.each(lesser)('is not answered wrongly $says', async ({ of }) => {
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

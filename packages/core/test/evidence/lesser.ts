import type { EvidenceFile } from './folder.ts'

export interface LesserEvidence {
  readonly says: string
  readonly of: (files: readonly EvidenceFile[]) => readonly EvidenceFile[]
}

/** Ways in which a person has less to show than was recorded. */
export const lesserEvidence: readonly LesserEvidence[] = [
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

function isCapture({ name }: EvidenceFile): boolean {
  return name.includes('capture')
}

function isOtherSide({ name }: EvidenceFile): boolean {
  return name.includes('other-side')
}

import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { analyze } from '../src/analyze.ts'
import { evidenceFolders, type EvidenceFile } from './evidence/folder.ts'
import { fileInput, streamInput } from './evidence/inputs.ts'
import { mutate, random } from './evidence/mutate.ts'
import { nonsense } from './evidence/sanity.ts'

/** Larger files are damaged no differently, only more slowly. */
const MAX_BYTES = 20_000
const ROUNDS = 400
/** What a few kilobytes, whatever they say of their own lengths, may make the engine hold on to. */
const MAX_HELD_BYTES = 256e6

const all = [...evidenceFolders('recorded'), ...evidenceFolders('fixtures')].flatMap(({ files }) => files)
const gcLogs = filesOf('fixtures-gc')
const appLogs = filesOf('fixtures-app-log')
const isPcapng = ({ bytes }: EvidenceFile): boolean => bytes[0] === 0x0a && bytes[1] === 0x0d
const isCapture = ({ name }: EvidenceFile): boolean => name.includes('capture')
/** Something valid beside the damaged input: what it says must be joined with something to do harm. */
const companion = all.find(({ name }) => name === 'capture.pcap')

const kinds: readonly (readonly [string, readonly EvidenceFile[]])[] = [
  ['pcap', all.filter((file) => isCapture(file) && !isPcapng(file))],
  ['pcapng', all.filter((file) => isCapture(file) && isPcapng(file))],
  ['garbage-collection log', gcLogs],
  ['socket table', all.filter(({ name }) => name.startsWith('sockets/'))],
  ['kernel trace', all.filter(({ name }) => name === 'kernel-resets.txt')],
  ['counters', all.filter(({ name }) => name === 'nstat-diff.txt')],
  ['application log', appLogs],
]

test.each(kinds)('a damaged %s is answered, and the answer makes sense', async (kind, files) => {
  const small = files.map((file) => ({ ...file, bytes: file.bytes.slice(0, MAX_BYTES) }))
  expect(small.length).toBeGreaterThan(2)
  const source = random(20_261_122)
  const heldBefore = process.memoryUsage().arrayBuffers
  for (let round = 0; round < ROUNDS; round++) {
    const file = small[source.below(small.length)]
    if (file === undefined) continue
    const damaged = { ...file, bytes: mutate(file.bytes, source) }
    const given = companion === undefined || source.below(3) === 0 ? [damaged] : [damaged, companion]
    const open = source.below(4) === 0 ? streamInput : fileInput
    const wrong = await analyze(given.map((each) => open(each))).then(
      ({ diagnosis }) => nonsense(diagnosis, given),
      (error: unknown) => [`${error instanceof Error ? error.stack : String(error)}`],
    )
    expect(wrong, `round ${round} of ${kind}: ${file.name}`).toEqual([])
  }
  expect(process.memoryUsage().arrayBuffers - heldBefore).toBeLessThan(MAX_HELD_BYTES)
})

test('evidence damaged in every file at once is answered', async () => {
  const source = random(42)
  const folders = [...evidenceFolders('recorded'), ...evidenceFolders('fixtures')]
  for (const { name, files } of folders) {
    const damaged = files.map((file) => ({ ...file, bytes: mutate(file.bytes.slice(0, MAX_BYTES), source) }))
    const { diagnosis } = await analyze(damaged.map((file) => fileInput(file)))
    expect(nonsense(diagnosis, damaged), name).toEqual([])
  }
})

function filesOf(folder: string): EvidenceFile[] {
  const root = fileURLToPath(new URL(folder, import.meta.url))
  return readdirSync(root)
    .filter((name) => name.endsWith('.log'))
    .toSorted()
    .map((name) => ({ name, bytes: new Uint8Array(readFileSync(`${root}/${name}`)) }))
}

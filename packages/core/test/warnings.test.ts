import { expect, test } from 'vitest'
import { analyze } from '../src/analyze.ts'
import { evidenceFolders } from './evidence/folder.ts'
import { fileInput } from './evidence/inputs.ts'

const recorded = evidenceFolders('recorded')

function filesOf(name: string, wanted: (path: string) => boolean): ReturnType<typeof fileInput>[] {
  const files = recorded.find((folder) => folder.name === name)?.files ?? []
  return files.filter((file) => wanted(file.name)).map(fileInput)
}

test('connections that stalled with a full window are warned of from the capture alone', async () => {
  const { diagnosis } = await analyze(
    filesOf('java-lastmodified-g1', (path) => path.endsWith('capture.pcap')),
  )
  expect(diagnosis.warnings).toMatchObject([{ kind: 'stalled-reader', peer: '10.91.1.2:8080' }])
  expect(diagnosis.warnings[0]?.proof[0]).toHaveProperty('frame')
})

test('a socket table says it with the process, and only once', async () => {
  const { diagnosis } = await analyze(filesOf('java-lastmodified-g1', () => true))
  expect(diagnosis.warnings).toMatchObject([
    { kind: 'stalled-reader', peer: '10.91.1.2:8080', process: 'java' },
  ])
  expect(diagnosis.warnings).toHaveLength(1)
})

test('healthy traffic has nothing to warn of', async () => {
  const { diagnosis } = await analyze(filesOf('healthy-mixed-noreset', (path) => path.endsWith('.pcap')))
  expect(diagnosis.warnings).toEqual([])
})

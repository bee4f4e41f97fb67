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

/** Connections that wait to be closed. */
const rows = (users: string): string =>
  Array.from({ length: 25 }, (_, i) => `CLOSE-WAIT 1 0 10.0.0.1:${40_000 + i} 10.0.0.2:8080${users}\n`).join(
    '',
  )

async function warningsOf(users: string) {
  const bytes = new TextEncoder().encode(
    `State Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n${rows(users)}`,
  )
  return (await analyze([fileInput({ name: 'ss.txt', bytes })])).diagnosis.warnings
}

test('a table that names no process leaves it out, in the warning and in its proof', async () => {
  const [bare, ...others] = await warningsOf('')
  expect(others).toEqual([])
  expect(bare).toMatchObject({ kind: 'close-wait-leak', count: 25 })
  expect(bare).not.toHaveProperty('process')
  expect(bare?.proof[0]?.says).toEqual({
    id: 'proof-socket',
    values: { state: 'CLOSE-WAIT', recvQ: 1 },
    text: 'CLOSE-WAIT, Recv-Q 1',
  })
  const [unnamed] = await warningsOf(' users:(("",pid=812,fd=9))')
  expect(unnamed?.process).toBe('pid 812')
})

import { expect, test } from 'vitest'
import { analyze } from '../analyze.ts'
import { evidenceFolders } from '../../test/evidence/folder.ts'
import { fileInput } from '../../test/evidence/inputs.ts'

const files = evidenceFolders('recorded').find(({ name }) => name === 'java-lastmodified-g1')?.files ?? []
const capture = files.filter(({ name }) => name.endsWith('capture.pcap')).map(fileInput)
const gcLog = files.filter(({ name }) => name.endsWith('gc.log'))

/** The recorded log with other hours in its stamps. */
function gcLogAt(hour: string, name = 'gc.log') {
  const text = gcLog.map(({ bytes }) => new TextDecoder().decode(bytes)).join('')
  return fileInput({ name, bytes: new TextEncoder().encode(text.replaceAll('T14:', `T${hour}:`)) })
}

async function problemsOf(...logs: readonly ReturnType<typeof gcLogAt>[]) {
  const { diagnosis } = await analyze([...capture, ...logs])
  return diagnosis.inputs.flatMap(({ path, problems }) => problems.map(({ text }) => `${path} ${text}`))
}

test('a log of another time says which time it covers and when the resets were', async () => {
  expect(await problemsOf(gcLogAt('09'), gcLogAt('19', 'late.log'))).toEqual([
    'gc.log covers 2026-11-22 09:55:16 to 09:56:14 UTC; the resets with data unread were at 2026-11-22 14:55:16 to 14:56:14 UTC: no collection can be compared with them; the log of that time was wanted',
    expect.stringContaining('late.log covers 2026-11-22 19:55:16 to '),
  ])
})

test('a log of the time says nothing, and neither do its older parts', async () => {
  expect(await problemsOf(gcLogAt('14'))).toEqual([])
  expect(await problemsOf(gcLogAt('09', 'gc.log.0'), gcLogAt('14'))).toEqual([])
})

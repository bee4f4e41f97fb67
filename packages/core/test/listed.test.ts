import { expect, it } from 'vitest'
import { analyze } from '../src/analyze.ts'
import { evidenceFolders } from './evidence/folder.ts'
import { fileInput } from './evidence/inputs.ts'

const files = evidenceFolders('recorded').find(({ name }) => name === 'java-lastmodified-g1')?.files ?? []

it('lists the incidents after a time, not more than are wanted; the findings count all of them', async () => {
  const { diagnosis: whole } = await analyze(files.map(fileInput))
  const after = whole.incidents[99]?.time ?? ''
  const later = whole.incidents.filter(({ time }) => time > after)
  expect(later.length).toBeGreaterThan(10)
  const { diagnosis } = await analyze(files.map(fileInput), { listed: { after, most: 10 } })
  expect(diagnosis.incidents).toEqual(later.slice(0, 10))
  expect(diagnosis.findings.map(({ connections }) => connections)).toEqual(
    whole.findings.map(({ connections }) => connections),
  )
  expect(diagnosis.summary.incidentsOmitted).toBe(whole.incidents.length - 10)
})

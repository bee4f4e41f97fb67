import { analyze, lanesOf } from '@whyreset/core'
import { expect, test } from 'vitest'
import { evidenceFolders } from '../../core/test/evidence/folder.ts'
import { fileInput } from '../../core/test/evidence/inputs.ts'
import { anonymizeAll } from '../src/anonymize.ts'

const ADDRESS = /\d{1,3}(?:\.\d{1,3}){3}/

test.each(evidenceFolders('recorded'))(
  'the pictures of $name keep nothing that names somebody',
  async ({ files }) => {
    const whole = await analyze(files.map(fileInput), { exhibits: true })
    const { diagnosis, exhibits } = anonymizeAll(whole.diagnosis, whole.exhibits, 'a key')
    if (exhibits === undefined) throw new Error('the exhibits are gone')
    const written = JSON.stringify(exhibits)
    const named = new Set([
      ...whole.exhibits.addresses.filter((address) => ADDRESS.test(address) && !address.startsWith('127.')),
      ...whole.exhibits.lines.map(({ text }) => JSON.stringify(text).slice(1, -1)),
      ...whole.exhibits.ladders.flatMap(({ heads }) =>
        heads.flatMap(({ text }) => /^[A-Z]+ (\/\S{2,})/.exec(text)?.[1] ?? []),
      ),
    ])
    expect([...named].filter((text) => written.includes(text))).toEqual([])
    for (const lane of lanesOf(exhibits)) {
      const incident = diagnosis.incidents[lane.incident ?? -1]
      if (incident === undefined) continue
      expect([`${lane.client}:${lane.clientPort}`, `${lane.server}:${lane.serverPort}`]).toEqual([
        incident.client,
        incident.server,
      ])
    }
  },
)

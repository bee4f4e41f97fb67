import { describe, expect, it } from 'vitest'
import { analyze } from '../src/analyze.ts'
import { compare } from '../src/compare/compare.ts'
import type { Diagnosis, Finding, InputReport, Warning } from '../src/diagnosis.ts'
import { evidenceFolders } from './evidence/folder.ts'
import { fileInput } from './evidence/inputs.ts'

const recorded = evidenceFolders('recorded')

async function diagnose(name: string, wanted: (path: string) => boolean = () => true): Promise<Diagnosis> {
  const files = recorded.find((folder) => folder.name === name)?.files ?? []
  return (await analyze(files.filter((file) => wanted(file.name)).map(fileInput))).diagnosis
}

const TABLE: InputReport = { path: 'ss.txt', kind: 'socket-table', format: 'ss', records: 9, problems: [] }
const PILE: Warning = {
  kind: 'close-wait-leak',
  process: 'java',
  peer: '10.91.1.2:8080',
  count: 120,
  growthPerMinute: 110,
  says: { id: 'warning-close-wait-leak', values: { count: 120, peer: '10.91.1.2:8080' }, text: '' },
  proof: [{ input: 0, row: 1, says: { id: 'proof-socket', values: {}, text: '' } }],
}

const careless = await diagnose('java-lastmodified-g1')
const fixed = await diagnose('java-lastmodified-small-noreset')

/** The same with connections that pile up, as the reference story begins. */
const story: Diagnosis = { ...careless, warnings: [PILE] }

function changed(diagnosis: Diagnosis, change: (finding: Finding) => Finding): Diagnosis {
  return { ...diagnosis, findings: diagnosis.findings.map(change) }
}

/** As if connections had been made to no other server; without one, as an older version answered. */
function usingOnly({ summary, ...diagnosis }: Diagnosis, server?: string): Diagnosis {
  const { services: _, servicesOmitted: __, ...older } = summary
  if (server === undefined) return { ...diagnosis, summary: older }
  const services = [{ server, connections: summary.connections, clients: 1, mostOfOneClient: 1 }]
  return { ...diagnosis, summary: { ...older, services, servicesOmitted: 0 } }
}

describe('the reference story', () => {
  it('says after the first fix that CLOSE_WAIT went away and the resets stayed', () => {
    const { verdict, causes, warnings } = compare(story, { ...careless, warnings: [] })
    expect(verdict.text).toMatch(
      /^The resets by garbage collection stayed: 127 of 225 connections before, 127 of 225 after/,
    )
    expect(verdict.text).toContain('CLOSE_WAIT went away: 120 connections before, 0 after.')
    expect(causes).toMatchObject([{ change: 'stayed', trend: 'same', cause: 'garbage-collected' }])
    expect(warnings).toMatchObject([{ change: 'gone', kind: 'close-wait-leak', couldBeChance: false }])
  })

  it('says after both fixes that the resets are gone, and not by chance', () => {
    const { verdict, causes } = compare(story, fixed)
    expect(verdict.text).toMatch(
      /^The resets by garbage collection are gone: 127 of 225 connections before, 0 of 86 after \(by chance: p = 0\.001\)\. CLOSE_WAIT went away/,
    )
    // Each of 6 collections reset connections before; none of 7 did after.
    expect(causes).toMatchObject([
      { change: 'gone', chance: { unit: 'trigger-bursts', before: 6, after: 0, per: 'collections' } },
    ])
  })

  it('tells how connections came and went, and how long they lived', () => {
    const { services } = compare(story, fixed)
    expect(services).toMatchObject([
      {
        before: { connections: 225, clients: 1, mostOfOneClient: 225, medianSeconds: 2.8, p90Seconds: 13 },
        after: { connections: 86, medianSeconds: 2.3 },
      },
    ])
    expect(services[0]?.says.text).toBe(
      '10.91.1.2:8080 → 10.91.4.2:8080: 206.6 connections a minute (median life 2.8 s) before, ' +
        '114.4 connections a minute (median life 2.3 s) after',
    )
  })

  it('cannot tell whether it is gone where the second run never used the service', () => {
    const idle = usingOnly(fixed, '10.91.1.2:9090')
    const { verdict, causes } = compare(careless, idle)
    expect(verdict.text).toMatch(
      /^The resets by garbage collection cannot be compared: after shows no connection to that service; 127 of 225 connections before\./,
    )
    expect(causes).toMatchObject([{ change: 'incomparable' }])
    expect(causes[0]).not.toHaveProperty('after')
  })

  it('takes a run in another place, or an answer without services, as it did', () => {
    const [elsewhere, older] = [usingOnly(fixed, '10.5.5.5:9090'), usingOnly(fixed)]
    for (const after of [elsewhere, older])
      expect(compare(careless, after).causes).toMatchObject([{ change: 'gone' }])
  })

  it('does not call it gone when the second run ended before the next collection', () => {
    const short = shortened(fixed)
    const { verdict, causes } = compare(careless, short)
    expect(causes[0]).toMatchObject({ change: 'gone', chance: { couldBeChance: true, per: 'minutes' } })
    expect(verdict.text).toMatch(/^No resets by garbage collection after, but that could be chance:/)
    expect(verdict.text).toMatch(/To tell, run it for .+ without one\./)
  })
})

/** As recorded for two seconds, without the log of the collector. */
function shortened(diagnosis: Diagnosis): Diagnosis {
  const inputs = diagnosis.inputs
    .filter(({ kind }) => kind !== 'gc-log')
    .map((input) =>
      input.kind === 'capture' && input.from !== undefined
        ? { ...input, to: input.from.replace(/:(\d\d)\./, (_, s: string) => `:${Number(s) + 2}.`) }
        : input,
    )
  return { ...diagnosis, inputs }
}

describe('what cannot be compared', () => {
  it('is CLOSE_WAIT without a socket table', () => {
    const bare = {
      ...careless,
      warnings: [],
      inputs: careless.inputs.filter(({ kind }) => kind !== 'socket-table'),
    }
    const { verdict, warnings } = compare(story, bare)
    expect(warnings).toMatchObject([{ change: 'incomparable' }])
    expect(warnings[0]).not.toHaveProperty('after')
    expect(verdict.text).toContain('CLOSE_WAIT cannot be compared: after holds no socket table')
  })

  it('is a small pile with one socket table only', () => {
    const few = { ...story, warnings: [{ ...PILE, count: 8 }] }
    const one = { ...fixed, inputs: [...fixed.inputs.filter(({ kind }) => kind !== 'socket-table'), TABLE] }
    expect(compare(few, one).verdict.text).toContain('after holds one socket table, two some seconds apart')
    expect(compare(story, one).warnings).toMatchObject([{ change: 'gone' }])
  })

  it('is a cause that the other side has no packets for', async () => {
    const tables = await diagnose('java-lastmodified-g1', (path) => path.includes('sockets'))
    const { verdict, causes, notes } = compare(careless, tables)
    expect(causes).toMatchObject([{ change: 'incomparable', before: { connections: 127 } }])
    expect(verdict.text).toMatch(/cannot be compared: after holds no packets; 127 of 225 connections before/)
    expect(notes.map(({ id }) => id)).toContain('compare-note-lack')
  })

  it('is every reset, where one has no packets', () => {
    const empty: Diagnosis = {
      ...careless,
      inputs: [],
      findings: [],
      incidents: [],
      warnings: [],
      summary: { ...careless.summary, packets: 0, connections: 0 },
    }
    expect(compare(fixed, { ...empty, inputs: [TABLE, TABLE], warnings: [PILE] }).verdict.text).toBe(
      'Resets cannot be compared: after holds no packets. New: CLOSE_WAIT: 0 connections before, 120 after.',
    )
    expect(compare(empty, empty).verdict.text).toBe('Resets cannot be compared: after holds no packets.')
  })
})

describe('what is taken for the same', () => {
  it('is the cause on the same port at new addresses, and that is said', () => {
    const moved = changed(careless, (finding) => ({
      ...finding,
      client: '172.18.0.9',
      server: '172.18.0.7:8080',
    }))
    const { causes, notes } = compare(careless, moved)
    expect(causes).toMatchObject([{ change: 'stayed', matchedBy: 'port' }])
    expect(notes.map(({ text }) => text).join()).toContain("1 row matched by the server's port")
  })

  it('is the cause under a less precise name, where the log of the collector is missing', async () => {
    const without = await diagnose('java-lastmodified-g1', (path) => !/gc\.log|kernel/.test(path))
    expect(without.findings[0]?.cause).toBe('unread-data')
    const { causes, verdict, notes } = compare(careless, without)
    expect(causes).toMatchObject([
      { change: 'stayed', matchedBy: 'kin', cause: 'garbage-collected', causeAfter: 'unread-data' },
    ])
    expect(verdict.text).toContain('stayed, as far as the evidence tells, now named unread-data')
    expect(notes.map(({ values }) => values['evidence'])).toContain('gc-log')
  })

  it('is the cause alone, where the second run was in another place altogether', () => {
    const other = changed(careless, (finding) => ({
      ...finding,
      client: '172.18.0.9',
      server: '172.18.0.7:3000',
    }))
    const { causes } = compare(careless, { ...other, warnings: [] })
    expect(causes).toMatchObject([{ change: 'stayed', matchedBy: 'cause' }])
  })

  it('is not the same cause at another service', () => {
    const elsewhere = changed(careless, (finding) => ({ ...finding, server: '10.91.1.2:5432' }))
    const { causes, verdict } = compare(careless, elsewhere)
    expect(causes.map(({ change }) => change).toSorted()).toEqual(['gone', 'new'])
    expect(verdict.text).toMatch(/Also (?:new|gone): resets by garbage collection of another service\./)
  })
})

describe('bursts', () => {
  it('are what is counted, not resets: one process that ended may be chance', async () => {
    const [finding] = careless.findings
    if (finding === undefined) throw new Error('the recorded case has its finding')
    const { trigger: _, ...rest } = finding
    const time = '2026-11-22T14:55:20.000000000Z'
    const once: Diagnosis = {
      ...careless,
      findings: [{ ...rest, cause: 'process-exit', from: time, to: time }],
      incidents: careless.incidents.map((incident) => ({ ...incident, time })),
    }
    const { causes } = compare(once, { ...fixed, inputs: careless.inputs })
    expect(causes).toMatchObject([
      {
        change: 'gone',
        before: { connections: 127 },
        chance: { unit: 'bursts', before: 1, after: 0, pValue: 1, couldBeChance: true },
      },
    ])
  })
})

describe('any two recordings', async () => {
  const all = await Promise.all(recorded.map(async ({ name }) => ({ name, diagnosis: await diagnose(name) })))

  it.each(all)('$name against itself has nothing new and nothing gone', ({ diagnosis }) => {
    const { causes, warnings, notes } = compare(diagnosis, diagnosis)
    expect(causes).toHaveLength(diagnosis.findings.length)
    for (const { change, matchedBy, trend } of causes)
      expect({ change, matchedBy, trend }).toEqual({
        change: 'stayed',
        matchedBy: 'endpoints',
        trend: 'same',
      })
    for (const { change } of warnings) expect(change).toBe('stayed')
    expect(notes.filter(({ id }) => /matched|evidence|load/.test(id))).toEqual([])
  })

  it('give the mirror image the other way round', () => {
    const mirror = { gone: 'new', new: 'gone', stayed: 'stayed', incomparable: 'incomparable' } as const
    for (const { diagnosis: x } of all)
      for (const { diagnosis: y } of all) {
        const told = compare(x, y).causes.map(({ change, chance }) => `${change} ${chance?.pValue}`)
        const back = compare(y, x).causes.map(({ change, chance }) => `${mirror[change]} ${chance?.pValue}`)
        expect(back.toSorted()).toEqual(told.toSorted())
      }
  })
})

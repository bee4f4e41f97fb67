import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { analyze } from '../src/analyze.ts'
import { CAUSES } from '../src/causes/index.ts'
import { en } from '../src/messages/en.ts'
import { evidenceFolders } from './evidence/folder.ts'
import { fileInput } from './evidence/inputs.ts'
import { lesserEvidence } from './evidence/lesser.ts'
import { differences, falsehoods } from './evidence/truth.ts'

/** Concluded from a log and the absence of a reset, so it judges no reset and is no file in `causes/`. */
const NO_RESET = 'no-reset-on-wire'
const UNKNOWN = 'unknown'
/** Pages of what has not happened yet. */
const WARNINGS = ['close-wait-leak', 'stalled-reader', 'unanswered-data']
/** A case that looks like the cause of its folder and is another. */
const LOOK_ALIKE = 'not-'

const ids = CAUSES.map(({ id }) => id)
const answers: readonly string[] = [...ids, NO_RESET, UNKNOWN].toSorted()
const folders = evidenceFolders('fixtures').map((folder) => {
  const [cause = '', name = ''] = folder.name.split('/')
  return { ...folder, cause, isLookAlike: name.startsWith(LOOK_ALIKE) }
})

describe('a cause has', () => {
  test('an id of its own', () => {
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('a file of its name', () => {
    const files = namesIn('../src/causes', '.ts').filter((name) => name !== 'index')
    expect(files).toEqual(ids.toSorted())
  })

  test('a page of its name, as the other answers and the warnings have', () => {
    expect(namesIn('../../../docs/causes', '.md')).toEqual([...answers, ...WARNINGS].toSorted())
  })

  test('evidence in a folder of its name', () => {
    const withEvidence = [...new Set(folders.map(({ cause }) => cause))].toSorted()
    expect(withEvidence).toEqual(answers.filter((id) => id !== UNKNOWN))
  })

  test.each(['statement-', 'fix-', 'would-tell-'])('a message %s…', (prefix) => {
    const said = Object.keys(en).filter((id) => id.startsWith(prefix))
    expect(said.map((id) => id.slice(prefix.length)).toSorted()).toEqual(answers)
  })
})

describe.each(answers.filter((id) => id !== UNKNOWN))('%s', (id) => {
  const own = folders.filter(({ cause }) => cause === id)

  test('has a case that is one, and a look-alike that is not', () => {
    const wrong = own.filter(
      ({ truth, isLookAlike }) => truth.findings.some(({ cause }) => cause === id) === isLookAlike,
    )
    expect(wrong.map(({ name }) => name)).toEqual([])
    expect(new Set(own.map(({ isLookAlike }) => isLookAlike))).toEqual(new Set([true, false]))
  })

  test.each(own)('$name is answered as it happened', async ({ files, truth, isLookAlike }) => {
    const { diagnosis } = await analyze(files.map(fileInput))
    expect(differences(diagnosis, truth)).toEqual([])
    // A harmless finding too many is tolerated elsewhere, but not the one that this case looks like.
    if (isLookAlike) expect(diagnosis.findings.map(({ cause }) => cause)).not.toContain(id)
  })
})

describe.each(lesserEvidence)('$says, nothing is told wrongly', ({ of }) => {
  test.each(folders)('$name', async ({ files, truth }) => {
    const { diagnosis } = await analyze(of(files).map(fileInput))
    expect(falsehoods(diagnosis, truth)).toEqual([])
    // Even of what nobody can explain, the place to look at is named.
    expect(diagnosis.findings.filter(({ proof }) => proof.length === 0)).toEqual([])
  })
})

test('every folder of evidence lies in that of a cause', () => {
  const astray = folders.filter(({ name }) => !/^[a-z-]+\/[a-z0-9-]+$/.test(name))
  expect(astray.map(({ name }) => name)).toEqual([])
  const root = fileURLToPath(new URL('fixtures', import.meta.url))
  const without = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((cause) => readdirSync(`${root}/${cause.name}`).map((name) => `${cause.name}/${name}`))
    .filter((path) => !existsSync(`${root}/${path}/truth.json`))
  expect(without).toEqual([])
})

function namesIn(folder: string, extension: string): string[] {
  return readdirSync(fileURLToPath(new URL(folder, import.meta.url)))
    .filter((name) => name.endsWith(extension) && !name.endsWith(`.test${extension}`))
    .map((name) => name.slice(0, -extension.length))
    .toSorted()
}

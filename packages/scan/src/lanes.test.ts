import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  loadGrammars as builtGrammars,
  RULES as BUILT_RULES,
  scanTree as scanOnAllCores,
} from '@whyreset/scan'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findFiles } from './files/find-files.ts'
import { loadGrammars } from './languages/grammars.ts'
import { Lanes } from './lanes.ts'
import type { PassReport } from './passes.ts'
import { RULES } from './rules/index.ts'
import { scanTree } from './scan-tree.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whyreset-lanes-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

describe('a tree that is large enough for several cores', () => {
  it('gives the same places as on one core, in the same order', async () => {
    writeFileSync(join(folder, 'tell.ts'), 'export function tell(r) {\n  console.log(r.status)\n}\n')
    for (let k = 0; k < 150; k++)
      writeFileSync(
        join(folder, `f${k}.ts`),
        `import { tell } from './tell.js'\nexport async function f(u) {\n  const r = await fetch(u)\n  ${k % 2 === 0 ? 'tell(r)' : 'return r.json()'}\n}\n`,
      )
    const built = builtGrammars()
    const own = loadGrammars()
    if (!built.ok || !own.ok) throw new Error('no grammars')
    // Built, it has the worker's file beside it; run from its sources it has not.
    const onAll = await scanOnAllCores([folder], {
      rules: BUILT_RULES,
      grammars: built,
      areTestsWanted: false,
    })
    const onOne = await scanTree([folder], { rules: RULES, grammars: own, areTestsWanted: false })
    expect(onOne.places).toHaveLength(75)
    expect(onAll).toEqual(onOne)
  })
})

/** What the build put beside the lanes. */
const BUILT_WORKER = new URL('scan-worker.js', import.meta.resolve('@whyreset/scan'))
const UNITS_A_THREAD = 10_000

async function threadsFor(files: number): Promise<{ readonly threads: number; readonly units: number }> {
  const root = join(folder, `${files}`)
  mkdirSync(root)
  const text = 'export async function f(u) {\n  const r = await fetch(u)\n  return r.json()\n}\n'.repeat(3)
  for (let k = 0; k < files; k++) writeFileSync(join(root, `f${k}.ts`), text)
  const grammars = loadGrammars()
  if (!grammars.ok) throw new Error('no grammars')
  const lanes = new Lanes({ rules: RULES, grammars }, { worker: BUILT_WORKER, unitsAThread: UNITS_A_THREAD })
  const reports: PassReport[] = []
  try {
    await lanes.run(
      findFiles(root, { areTestsWanted: false, onSkipped: ignore, onUnreadable: ignore }),
      { kind: 'first' },
      { signal: undefined, onReport: (report) => reports.push(report) },
    )
    return { threads: lanes.threads, units: reports.reduce((sum, { parsedUnits }) => sum + parsedUnits, 0) }
  } finally {
    await lanes.close()
  }
}

const ignore = (): void => undefined

describe('the memory of a scan', () => {
  it('is given back by a thread that parsed its share: a larger tree has more threads, not larger ones', async () => {
    const tree = await threadsFor(600)
    const parcel = tree.units / (600 / 16)
    // With the thread that was there before; any may end with a parcel beyond its share.
    expect(tree.units / (tree.threads + 1)).toBeLessThanOrEqual(UNITS_A_THREAD + parcel)
    expect(tree.threads).toBeGreaterThan(5)
  })

  it('needs no thread where the tree is small', async () => {
    expect(await threadsFor(10)).toMatchObject({ threads: 0 })
  })
})

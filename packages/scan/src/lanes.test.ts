import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  loadGrammars as builtGrammars,
  RULES as BUILT_RULES,
  scanTree as scanOnAllCores,
} from '@whyreset/scan'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadGrammars } from './languages/grammars.ts'
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

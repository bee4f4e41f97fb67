import { createContext, runInContext } from 'node:vm'
import { expect, test } from 'vitest'
import { analyze } from '../src/analyze.ts'
import type { Input } from '../src/input.ts'
import { bundle } from './evidence/bundle.ts'
import { evidenceFolders } from './evidence/folder.ts'
import { fileInput } from './evidence/inputs.ts'

/** What browsers and Node add to the language. */
const NOT_OF_THE_LANGUAGE = [
  'Buffer',
  'TextDecoder',
  'URL',
  'atob',
  'console',
  'fetch',
  'performance',
  'process',
  'queueMicrotask',
  'require',
  'setTimeout',
  'structuredClone',
]
const CASES = ['mixed-three-causes', 'node-fetch-headers-only', 'firewall-idle-reject']

test('the analysis runs where there is nothing but the language', async () => {
  const context = createContext(Object.create(null))
  // V8 itself puts one into every context, for its inspector.
  runInContext('delete globalThis.console', context)
  runInContext(await bundle(), context)
  const found = runInContext(
    `JSON.stringify(${JSON.stringify(NOT_OF_THE_LANGUAGE)}.filter((name) => name in globalThis))`,
    context,
  ) as string
  expect(found).toBe('[]')

  const run = runInContext(
    'async (inputs) => JSON.stringify((await whyreset.analyze(inputs)).diagnosis)',
    context,
  ) as (inputs: readonly Input[]) => Promise<string>
  const folders = evidenceFolders('recorded').filter(({ name }) => CASES.includes(name))
  expect(folders).toHaveLength(CASES.length)
  for (const { files } of folders) {
    const inputs = files.map(fileInput)
    expect(await run(inputs)).toBe(JSON.stringify((await analyze(inputs)).diagnosis))
  }
})

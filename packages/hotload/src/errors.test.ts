import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { ERROR_CODES } from './errors.ts'

it('docs/errors.md has an entry for each code, and for nothing else', async () => {
  const page = await readFile(new URL('../docs/errors.md', import.meta.url), 'utf8')
  const entries = [...page.matchAll(/^## (\w+)$/gm)].map(([, code]) => code)
  expect(entries).toEqual(Object.keys(ERROR_CODES).toSorted())
})

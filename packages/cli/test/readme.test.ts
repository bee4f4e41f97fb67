import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { READMES, withRealOutput } from '../../../scripts/readme-output.mjs'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const PAGES = readdirSync(`${ROOT}docs/causes`)

describe.each(READMES)('%s', (name) => {
  const page = readFileSync(ROOT + name, 'utf8')

  it('shows the reference story as the command prints it (else: node scripts/readme-output.mjs)', () => {
    expect(page).toContain('\n$ whyreset examples/reference-story')
    expect(page).toBe(withRealOutput(page))
  })

  it('leads to the page of every cause and warning', () => {
    const links = page.matchAll(/\]\(docs\/causes\/([a-z-]+\.md)\)/g)
    expect(new Set(Array.from(links, ([, file]) => file))).toEqual(new Set(PAGES))
  })
})

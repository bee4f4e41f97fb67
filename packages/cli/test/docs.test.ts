import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { whyreset } from './whyreset.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const PAGES = ['analyze', 'compare', 'explain', 'scan'].map((name) => `docs/examples/${name}.md`)

/** A block that begins with the command, and holds what it prints. */
const SESSION = /^```\n\$ whyreset (.*)\n([^]*?)^```$/gm
/** What stands where a page leaves out the rest. */
const REST = '\n…\n'
/** `UPDATE_DOCS=1` writes what the command prints now into the pages: for a reader to judge. */
const isUpdate = process.env['UPDATE_DOCS'] === '1'

function print(command: string): string {
  const { stdout, stderr } = whyreset(command.split(' '), { cwd: ROOT })
  return stderr + stdout
}

it.each(PAGES)('%s shows what the commands in it really print', (path) => {
  const page = readFileSync(ROOT + path, 'utf8')
  let sessions = 0
  const real = page.replace(SESSION, (block: string, command: string, shown: string) => {
    sessions += 1
    const printed = print(command)
    const isBeginning = shown.endsWith(REST) && printed.startsWith(shown.slice(0, -REST.length))
    return isBeginning ? block : `\`\`\`\n$ whyreset ${command}\n${printed}\`\`\``
  })
  if (isUpdate) writeFileSync(ROOT + path, real)
  else expect(page).toBe(real)
  expect(sessions).toBeGreaterThan(0)
})

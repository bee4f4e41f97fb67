import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { whyreset } from './whyreset.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** What stands where a page leaves out the rest. */
const REST = '\n…\n'

const sessions = ['analyze', 'explain'].flatMap((name) => {
  const page = readFileSync(`${ROOT}docs/examples/${name}.md`, 'utf8')
  return Array.from(
    page.matchAll(/^```\n\$ whyreset (.*)\n([^]*?)^```$/gm),
    ([, command = '', output = '']) => ({
      page: name,
      command,
      output,
    }),
  )
})

it.each(sessions)(
  'docs/examples/$page.md shows what "whyreset $command" really prints',
  ({ command, output }) => {
    const { stdout, stderr } = whyreset(command.split(' '), { cwd: ROOT })
    const printed = stderr + stdout
    const [beginning = '', ...rest] = output.split(REST)
    expect(rest.length > 0 ? printed.slice(0, beginning.length) : printed).toBe(beginning)
  },
)

it('every page shows a session', () => {
  expect(new Set(sessions.map(({ page }) => page))).toEqual(new Set(['analyze', 'explain']))
})

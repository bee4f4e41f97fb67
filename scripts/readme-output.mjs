/** Puts what the built command prints now into the READMEs: run it after `npm run build`, and read what changed. */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ROOT } from './setup.mjs'

export const READMES = ['README.md', 'README.zh-CN.md']

const MAIN = join(ROOT, 'packages', 'cli', 'dist', 'main.js')
/** Everything between two comments, the first of which names the command's arguments. */
const OUTPUT = /<!-- output of: whyreset (.+) -->\n[^]*?<!-- end of output -->/g

/** The page with every such place filled with what the command prints. */
export function withRealOutput(page) {
  return page.replace(OUTPUT, (_, args) => {
    const session = `$ whyreset ${args}\n${print(args.split(' '))}`
    return `<!-- output of: whyreset ${args} -->\n\n\`\`\`\n${session}\`\`\`\n\n<!-- end of output -->`
  })
}

function print(args) {
  const { FORCE_COLOR: _, ...env } = process.env
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`whyreset ${args.join(' ')} ended with ${status}: ${stderr}`)
  return stdout
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const name of READMES) {
    const path = join(ROOT, name)
    writeFileSync(path, withRealOutput(readFileSync(path, 'utf8')))
  }
}

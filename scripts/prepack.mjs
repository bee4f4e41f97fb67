/** Puts into packages/cli what npm takes from a package's own folder: the licence and the README. */
import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { ROOT } from './setup.mjs'

const PACKAGE = join(ROOT, 'packages', 'cli')

await ensureBuilt()
for (const name of ['LICENSE', 'README.md']) {
  if (existsSync(join(ROOT, name))) copyFileSync(join(ROOT, name), join(PACKAGE, name))
}

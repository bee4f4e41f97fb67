/** Puts into a package that is being packed what npm takes from its own folder: the licence, and for the command the README. */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { ROOT } from './setup.mjs'

const CLI = join(ROOT, 'packages', 'cli')
/** npm runs it in the folder of the package. */
const PACKAGE = process.cwd()

await ensureBuilt()
for (const name of PACKAGE === CLI ? ['LICENSE', 'README.md'] : ['LICENSE'])
  copyFileSync(join(ROOT, name), join(PACKAGE, name))

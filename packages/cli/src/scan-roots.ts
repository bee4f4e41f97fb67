import { accessSync, constants, realpathSync, statSync } from 'node:fs'
import { cleanShort } from '@whyreset/report/escape'
import { complain } from './complain.ts'
import { systemReason } from './system-reason.ts'

/** UTF-16 units of a name that an error repeats. */
const MAX_NAME_LENGTH = 300

/** What is named and can be read, each once. A pipe would be waited for, and a device never ends. */
export function readableRoots(paths: readonly string[]): {
  readonly roots: readonly string[]
  readonly isWhole: boolean
} {
  const roots = new Map<string, string>()
  let isWhole = true
  for (const path of paths) {
    const why = whyUnreadable(path)
    if (why === undefined) roots.set(realpathSync(path), path)
    else {
      isWhole = false
      const name = cleanShort(path, MAX_NAME_LENGTH)
      complain(`${name}: cannot be read: ${why}`)
    }
  }
  return { roots: [...roots.values()], isWhole }
}

function whyUnreadable(path: string): string | undefined {
  try {
    const stat = statSync(path)
    if (!stat.isFile() && !stat.isDirectory()) return 'it is neither a file nor a folder'
    accessSync(path, stat.isFile() ? constants.R_OK : constants.R_OK | constants.X_OK)
    return undefined
  } catch (error) {
    return systemReason(error)
  }
}

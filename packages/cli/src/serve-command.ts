import { statSync } from 'node:fs'
import { once } from 'node:events'
import { complain } from './complain.ts'
import { refuseEmptyNames } from './empty-name.ts'
import { startServer } from './serve-server.ts'
import { systemReason } from './system-reason.ts'
import { UsageError } from './usage-error.ts'

const COULD_NOT = 1
/** Where watch keeps its evidence. */
const DEFAULT_DIRECTORY = 'whyreset-watch'

export interface ServeFlags {
  readonly port?: number
}

/** Serves the page and one folder's evidence to this machine until Ctrl-C. Gives the exit code. */
export async function runServe(folder: string | undefined, { port = 0 }: ServeFlags): Promise<number> {
  refuseEmptyNames([folder ?? DEFAULT_DIRECTORY])
  const root = folder ?? DEFAULT_DIRECTORY
  const why = whyNoFolder(root)
  if (why === NOT_THERE && folder === undefined)
    throw new UsageError(
      `name a folder of evidence: there is no ${DEFAULT_DIRECTORY} here, where whyreset watch keeps it\n(whyreset serve incidents/)`,
    )
  if (why !== undefined) {
    complain(`${root}: ${why}; evidence was wanted`)
    return COULD_NOT
  }
  const ended = Promise.race((['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((name) => once(process, name)))
  try {
    const server = await startServer(root, port)
    process.stdout.write(`${server.address}\n`)
    complain(`${root} is served to this machine alone, read only; Ctrl-C ends it`)
    await ended
    await server.close()
    return 0
  } catch (error) {
    complain(`127.0.0.1:${port}: ${systemReason(error)}`)
    return COULD_NOT
  }
}

const NOT_THERE = 'there is no such folder'

function whyNoFolder(path: string): string | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false })
    if (stats === undefined) return NOT_THERE
    return stats.isDirectory() ? undefined : 'is no folder'
  } catch (error) {
    return systemReason(error)
  }
}

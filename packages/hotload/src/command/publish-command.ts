import { stat } from 'node:fs/promises'
import { openReleaseFolder } from '../provider/release-folder.ts'
import { publishing, type Published, type Publishing } from '../provider/publishing.ts'
import { isMissing } from './key-files.ts'
import { say, sayJson, sizeOf } from './terminal.ts'
import { UsageError } from './usage-error.ts'

/** Releases of a package that are kept beside those that are offered. */
const KEEP = 10

export interface FolderFlags {
  readonly dir: string
  readonly json?: boolean
}

export interface PublishFlags extends FolderFlags {
  readonly name: string
  /** Not `version`, which is an option of the program. */
  readonly release: string
  readonly host?: string
  readonly rollout?: number
  readonly entry?: string
  readonly expires?: string
}

export async function runPublish(source: string, flags: PublishFlags): Promise<number> {
  await stat(source).catch((error: unknown) => {
    if (isMissing(error, 'ENOENT')) throw new UsageError(`${source}: no such file or folder`)
    throw error
  })
  const { name, release, host, rollout, entry, expires } = flags
  const published = await releases(flags).publish(name, source, {
    version: release,
    ...(host !== undefined && { host }),
    ...(rollout !== undefined && { rollout }),
    ...(entry !== undefined && { entry }),
    ...(expires !== undefined && { expires }),
  })
  return told(flags, published, `is published: ${sizeOf(published.size)}`)
}

export async function runRetract(
  name: string,
  version: string | undefined,
  flags: FolderFlags,
): Promise<number> {
  const published = await releases(flags).retract(name, version)
  const what =
    published.retracted === true ? 'is retracted, and nothing came before it' : 'is what clients return to'
  return told(flags, published, what)
}

export async function runReturn(name: string, version: string, flags: FolderFlags): Promise<number> {
  return told(flags, await releases(flags).returnTo(name, version), 'is offered again')
}

export async function runRollout(name: string, share: number, flags: FolderFlags): Promise<number> {
  return told(flags, await releases(flags).rollOut(name, share), 'is offered')
}

/** Nothing is signed here: `hotload serve` does, and sees within a second what changed. */
function releases({ dir }: FolderFlags): Publishing {
  return publishing(
    openReleaseFolder(dir),
    KEEP,
    () => new Date(),
    () => undefined,
  )
}

function told({ json = false }: FolderFlags, published: Published, what: string): number {
  if (json) sayJson(published)
  else {
    const { name, version, seq, rollout } = published
    const share = rollout === undefined ? '' : `, for ${Math.round(rollout * 100)} % of the clients`
    say(`${name} ${version} ${what} (number ${seq}${share})`)
  }
  return 0
}

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Manifest } from '../manifest/manifest.ts'
import { openReleaseFolder } from '../provider/release-folder.ts'
import { readState } from '../store/state-file.ts'
import { say, sayJson } from './terminal.ts'
import { UsageError } from './usage-error.ts'

/** What a folder of `sync`, a store, or a folder of releases holds; also while another process uses it. */
export async function runStatus(dir: string, { json = false }: { readonly json?: boolean }): Promise<number> {
  const store = [join(dir, '.hotload'), dir].find((folder) => existsSync(join(folder, 'state.json')))
  if (store !== undefined) return storeStatus(store, json)
  if (existsSync(join(dir, 'packages'))) return releaseStatus(dir, json)
  throw new UsageError(
    `${dir} is neither what hotload sync --to wrote, nor a store, nor what hotload publish --dir wrote`,
  )
}

async function storeStatus(store: string, json: boolean): Promise<number> {
  const { state, damage } = await readState(store)
  if (json) {
    sayJson({ ...state, ...(damage !== undefined && { damage }) })
    return 0
  }
  const { current, previous, pending, pinned, quarantine, highWater } = state
  if (current === undefined) say('no version is in use')
  else say(`${label(current)} is in use`)
  if (pending !== undefined && pending.manifest.sha512 !== current?.sha512)
    say(`  on its way    ${label(pending.manifest)}: ${pending.phase}`)
  if (previous !== undefined) say(`  before it     ${label(previous)}`)
  if (pinned !== undefined) say(`  held at       ${pinned}`)
  say(`  newest seen   number ${highWater}`)
  for (const { seq, reason, attempts, retryAt } of quarantine)
    say(
      `  refused       number ${seq}, ${attempts === 1 ? 'once' : `${attempts} times`}, ${again(retryAt)}: ${reason}`,
    )
  if (damage !== undefined) say(`  damage        ${damage}`)
  return 0
}

async function releaseStatus(dir: string, json: boolean): Promise<number> {
  const folder = await openReleaseFolder(dir)
  const records = await Promise.all((await folder.names()).map((name) => folder.read(name)))
  const packages = records.filter((record) => record !== undefined)
  if (json) {
    sayJson({ packages })
    return 0
  }
  if (packages.length === 0) say('nothing is published')
  for (const { name, seq, offers, releases } of packages) {
    const offer = offers.at(-1)
    const share = offer?.rollout === undefined ? '' : ` for ${Math.round(offer.rollout * 100)} %`
    say(`${name} ${offer?.version ?? ''} is offered${share} (number ${seq})`)
    const versions = releases.map(({ version, isRetracted }) =>
      isRetracted ? `${version} (retracted)` : version,
    )
    say(`  kept          ${versions.join(', ')}`)
  }
  return 0
}

/** `history.ts` writes this year for an operator's word. */
function again(retryAt: string): string {
  return retryAt.startsWith('9999') ? 'until it is published anew' : `again after ${retryAt}`
}

function label({ name, version, seq }: Manifest): string {
  return `${name} ${version} (number ${seq})`
}

import { createHash, randomUUID } from 'node:crypto'
import { link, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson } from '../manifest/canonical.ts'
import { isObject, parseJson, type JsonObject } from '../manifest/json-value.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { isCount, manifestOf } from '../manifest/read-manifest.ts'
import { errorCode, onDisk, writeDurably } from './durable.ts'
import type { Quarantine, StoreState } from './store.ts'

const STATE_FILE = 'state.json'
/** The state before it, should a bit of the newest flip. */
const BACKUP_FILE = 'state.previous.json'
const PHASES = ['offered', 'staged', 'started', 'probed', 'active'] as const

const EMPTY_STATE: StoreState = { schema: 'hotload.state/1', highWater: 0, quarantine: [] }

export interface StateFound {
  readonly state: StoreState
  /** Sentence about what was damaged; absent where nothing was. */
  readonly damage?: string
}

/**
 * The state of a store, also while another process has it open. Never rejects because of what the files hold; with
 * `HOTLOAD_DISK` where one is there and cannot be read: a store that begins anew would take a replay.
 */
export async function readState(folder: string): Promise<StateFound> {
  const newest = await readOne(join(folder, STATE_FILE))
  if (newest.kind === 'state') return newest
  const backup = await readOne(join(folder, BACKUP_FILE))
  if (backup.kind === 'state')
    return { state: backup.state, damage: `${STATE_FILE} is ${newest.kind}: the state before it is used` }
  if (newest.kind === 'absent') return { state: EMPTY_STATE }
  return {
    state: EMPTY_STATE,
    damage: `${STATE_FILE} and the state before it are damaged: the store begins anew`,
  }
}

/** Synced, as is the folder, when it resolves. */
export async function writeState(folder: string, temporaryFolder: string, state: StoreState): Promise<void> {
  const sealed = { ...state, sha256: sealOf(state) }
  const backup = join(folder, BACKUP_FILE)
  await rm(backup, { force: true })
  // None at the first time, and some file systems have no links: the backup is a help, not a promise.
  await link(join(folder, STATE_FILE), backup).catch(() => undefined)
  await writeDurably(
    join(folder, STATE_FILE),
    join(temporaryFolder, `state-${randomUUID()}.json`),
    Buffer.from(`${JSON.stringify(sealed, undefined, 2)}\n`),
  )
}

type OneFile =
  | { readonly kind: 'state'; readonly state: StoreState }
  | { readonly kind: 'absent' }
  | { readonly kind: 'damaged' }

async function readOne(path: string): Promise<OneFile> {
  const text = await onDisk(path, () => textOf(path))
  if (text === undefined) return { kind: 'absent' }
  const value = parseJson(text)
  if (!isObject(value)) return { kind: 'damaged' }
  const { sha256, ...rest } = value
  if (sha256 !== sealOf(rest)) return { kind: 'damaged' }
  try {
    return { kind: 'state', state: stateOf(rest) }
  } catch {
    return { kind: 'damaged' }
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

function sealOf(state: object): string {
  return createHash('sha256').update(canonicalJson(state)).digest('hex')
}

function stateOf(value: JsonObject): StoreState {
  const { schema, current, previous, pending, etag, highWater, quarantine, pinned, generation, trust } = value
  if (schema !== 'hotload.state/1' || !isCount(highWater)) throw new Error('not a state')
  const found = pendingOf(pending)
  return {
    schema,
    highWater,
    quarantine: Array.isArray(quarantine) ? quarantine.filter(isQuarantine) : [],
    ...(isObject(current) && { current: storedManifest(current) }),
    ...(isObject(previous) && { previous: storedManifest(previous) }),
    ...(found !== undefined && { pending: found }),
    ...(typeof etag === 'string' && { etag }),
    ...(typeof pinned === 'string' && { pinned }),
    ...(isCount(generation) && { generation }),
    ...(isTrust(trust) && { trust }),
  }
}

function storedManifest(value: JsonObject): Manifest {
  return manifestOf(value, Number.MAX_SAFE_INTEGER)
}

function pendingOf(value: unknown): StoreState['pending'] {
  if (!isObject(value) || !isObject(value['manifest']) || !isCount(value['crashes'])) return undefined
  const phase = PHASES.find((name) => name === value['phase'])
  if (phase === undefined) return undefined
  return { manifest: storedManifest(value['manifest']), phase, crashes: value['crashes'] }
}

function isQuarantine(value: unknown): value is Quarantine {
  if (!isObject(value)) return false
  const { digest, seq, code, reason, attempts, retryAt } = value
  const texts = [digest, code, reason, retryAt]
  return texts.every((text) => typeof text === 'string') && isCount(seq) && isCount(attempts)
}

function isTrust(value: unknown): value is NonNullable<StoreState['trust']> {
  if (!isObject(value) || typeof value['root'] !== 'string') return false
  const lists = value['lists']
  return Array.isArray(lists) && lists.every((list): boolean => typeof list === 'string')
}

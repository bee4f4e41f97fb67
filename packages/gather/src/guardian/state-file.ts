import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Guarded } from './guarded.ts'
import type { ProcessIdentity } from './process-identity.ts'

/** What one owner would leave behind. The file is the truth: it is written before the thing is made. */
export interface GuardState {
  readonly schema: 'whyreset.guard/1'
  readonly owner: ProcessIdentity
  readonly guardian?: ProcessIdentity
  /** In which namespace these pids are those: containers may share the folder. */
  readonly pidNamespace: string
  /** Value of `MARK_VARIABLE` in the environment of its children. */
  readonly mark: string
  readonly things: readonly Guarded[]
}

const SCHEMA = 'whyreset.guard/1'
export const MARK_VARIABLE = 'WHYRESET_MARK'
const MAX_THINGS = 1000
const OWN_PREFIX = 'whyreset-'
const OWN_NAME = /^whyreset-[A-Za-z0-9_.-]{1,100}$/

/** `/run/whyreset` for root, else a folder of the user's own; 0700, and refused when it is somebody else's. */
export function stateFolder(): string {
  const uid = process.getuid?.() ?? 0
  const own = process.env['XDG_RUNTIME_DIR'] ?? tmpdir()
  const folder = uid === 0 ? '/run/whyreset' : join(own, `whyreset-${uid}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { uid: owner, mode } = lstatSync(folder)
  if (!lstatSync(folder).isDirectory() || owner !== uid)
    throw new Error(`${folder} is not a folder of this user: remove it, it may be a trap`)
  if ((mode & 0o077) !== 0) chmodSync(folder, 0o700)
  return folder
}

export function ownPidNamespace(): string {
  return readlinkSync('/proc/self/ns/pid')
}

export function stateFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(folder, name))
}

/** Replaces the file as a whole: whoever reads it sees the old state or the new one. */
export function writeState(path: string, state: GuardState): void {
  const draft = `${path}.new`
  writeFileSync(draft, `${JSON.stringify(state)}\n`, { mode: 0o600 })
  renameSync(draft, path)
}

/** Undefined when the file is gone or is no state: then there is nothing to remove. */
export function readState(path: string): GuardState | undefined {
  try {
    return parseState(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined
  }
}

function parseState(json: unknown): GuardState | undefined {
  if (!isRecord(json) || json['schema'] !== SCHEMA) return undefined
  const owner = parseIdentity(json['owner'])
  const guardian = parseIdentity(json['guardian'])
  const { mark, things, pidNamespace } = json
  if (typeof pidNamespace !== 'string') return undefined
  if (owner === undefined || typeof mark !== 'string' || !/^[0-9a-f-]{36}$/.test(mark)) return undefined
  if (!Array.isArray(things)) return undefined
  return {
    schema: SCHEMA,
    owner,
    ...(guardian === undefined ? {} : { guardian }),
    pidNamespace,
    mark,
    things: things.slice(0, MAX_THINGS).flatMap((thing) => parseThing(thing) ?? []),
  }
}

function parseThing(json: unknown): Guarded | undefined {
  if (!isRecord(json)) return undefined
  const { kind, name, path } = json
  if (kind === 'marked-processes') return { kind }
  if (kind === 'process') {
    const identity = parseIdentity(json)
    return identity === undefined ? undefined : { kind, ...identity }
  }
  if (kind === 'trace-instance' || kind === 'network-namespace')
    return typeof name === 'string' && OWN_NAME.test(name) ? { kind, name } : undefined
  if (kind === 'folder')
    return typeof path === 'string' && isOwnPath(path) && basename(path).startsWith(OWN_PREFIX)
      ? { kind, path }
      : undefined
  if (kind === 'mount') return typeof path === 'string' && isOwnPath(path) ? { kind, path } : undefined
  return undefined
}

function isOwnPath(path: string): boolean {
  const parts = path.split('/')
  return parts[0] === '' && !parts.includes('..') && parts.some((part) => part.startsWith(OWN_PREFIX))
}

function parseIdentity(json: unknown): ProcessIdentity | undefined {
  if (!isRecord(json)) return undefined
  const { pid, startTicks } = json
  const isPid = typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 1
  return isPid && typeof startTicks === 'number' ? { pid, startTicks } : undefined
}

function isRecord(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

import { join, resolve } from 'node:path'
import {
  hotload,
  httpSource,
  plainSource,
  type Hotload,
  type Loader,
  type Source,
  type StagedPackage,
} from '../index.ts'
import { durationMs } from '../source/duration.ts'
import { makeFolder, onDisk } from '../store/durable.ts'
import { publicKeysFrom } from './key-files.ts'
import { acknowledge, isPlaced, place, targetOf } from './placing.ts'
import { createProgress } from './progress.ts'
import { runProgram } from './run-program.ts'
import { complain, say, sayJson, sizeOf } from './terminal.ts'
import { untilSignal } from './until-signal.ts'
import { UsageError } from './usage-error.ts'

const STORE = '.hotload'
/** Beyond what the program after a change may take. */
const START_GRACE_MS = 60_000

export interface SyncFlags {
  readonly to: string
  readonly every: string
  readonly trust?: readonly string[]
  readonly threshold?: number
  readonly plain?: boolean
  readonly sha512?: string
  readonly push?: boolean
  readonly once?: boolean
  readonly execTimeout: string
  readonly json?: boolean
}

/** Keeps what a provider offers in a folder, for programs in any language. `exec` is run after each change. */
export async function runSync(url: string, exec: readonly string[], flags: SyncFlags): Promise<number> {
  const { to, once = false, json = false } = flags
  const { source, name } = await sourceOf(url, flags)
  // Without it Ctrl-C ends the process as it ends any other.
  const ended = once ? undefined : untilSignal()
  const dir = resolve(to)
  const store = join(dir, STORE)
  await onDisk(store, () => makeFolder(store))
  const execMs = asTime(flags.execTimeout, '--exec-timeout')
  const progress = createProgress(source, process.stderr)
  let failure: string | undefined
  const failed = (what: string, fields: object): void => {
    progress.clear()
    failure = what
    if (json) sayJson({ ...fields, message: what })
    else complain(what)
  }
  const loader = placingLoader({ dir, store, exec, execMs, isQuiet: json, onPlaced: () => progress.clear() })
  let hot: Hotload<object>
  try {
    hot = await hotload<object>({
      name,
      source,
      store,
      isolation: loader,
      confirm: false,
      startTimeout: execMs * 2 + START_GRACE_MS,
      on: {
        activated: ({ version, seq, digest }) => {
          if (json) sayJson({ event: 'activated', name, version, seq, digest })
        },
        rejected: ({ version, seq, error, retryAt }) =>
          failed(`${name} ${version} is refused: ${error.message}`, {
            event: 'rejected',
            name,
            version,
            seq,
            code: error.code,
            retryAt,
          }),
        rolledBack: ({ version, seq, error, to: back }) =>
          failed(`${error.message}; ${back === undefined ? 'nothing' : back} is in place`, {
            event: 'rolledBack',
            name,
            version,
            seq,
            code: error.code,
            to: back,
          }),
        error: (error) =>
          failed(error.message, { event: 'error', name, code: 'code' in error ? error.code : undefined }),
      },
    })
  } catch (error) {
    await source.close()
    throw error
  }
  if (ended === undefined) {
    // With an empty store it was checked already.
    if (hot.status().lastCheck === undefined) await hot.check()
    progress.clear()
    const { version } = hot.status()
    await hot.close()
    return failure === undefined && version !== undefined ? 0 : 1
  }
  const code = await ended
  progress.clear()
  await hot.close()
  return code
}

interface Placing {
  readonly dir: string
  readonly store: string
  readonly exec: readonly string[]
  readonly execMs: number
  readonly isQuiet: boolean
  readonly onPlaced: () => void
}

/** Loading a version means putting it in place and telling the program; where that fails the old one is put back, and told. */
function placingLoader({ dir, store, exec, execMs, isQuiet, onPlaced }: Placing): Loader {
  async function load(pkg: StagedPackage, signal: AbortSignal): Promise<void> {
    const { name, version, size } = pkg.manifest
    const path = targetOf(pkg, dir)
    if (await isPlaced(pkg, dir, store)) return
    const placed = await place(pkg, dir)
    const env = {
      HOTLOAD_NAME: name,
      HOTLOAD_VERSION: version,
      HOTLOAD_DIGEST: pkg.digest,
      HOTLOAD_PATH: path,
    }
    const problem = await runProgram(exec, env, execMs, signal)
    if (problem === undefined) {
      await placed.keep()
      await acknowledge(pkg, store)
      onPlaced()
      if (!isQuiet) say(`${name} ${version} is in place: ${path} (${sizeOf(size)})`)
      return
    }
    await placed.undo()
    const again = await runProgram(
      exec,
      { ...env, HOTLOAD_VERSION: '', HOTLOAD_DIGEST: '', HOTLOAD_RETURNED: '1' },
      execMs,
      signal,
    )
    const after = again === undefined ? 'the old file is back' : `the old file is back, and then ${again}`
    throw new Error(`${problem}; ${after}`)
  }
  return {
    isolation: 'file',
    async load(pkg, { signal }) {
      await load(pkg, signal)
      return {
        methods: [],
        call: () => Promise.reject(new Error('a file has no functions')),
        ended: new Promise(() => undefined),
        handover: () => Promise.resolve(undefined),
        dispose: () => Promise.resolve(),
      }
    },
  }
}

async function sourceOf(
  typed: string,
  flags: SyncFlags,
): Promise<{ readonly source: Source; readonly name: string }> {
  const { every, trust = [], threshold, plain = false, push = false, sha512 } = flags
  const url = URL.canParse(typed) ? new URL(typed) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new UsageError(`${typed} is not an http:// or https:// URL`)
  asTime(every, '--every')
  const parts = url.pathname.split('/').filter((part) => part !== '')
  const last = parts.at(-1)
  if (plain) {
    if (last === undefined) throw new UsageError(`${typed} names no file: http://HOST/FOLDER/FILE was wanted`)
    if (trust.length > 0) throw new UsageError('--plain has no signatures: give --sha512 instead of --trust')
    const name =
      last
        .toLowerCase()
        .replaceAll(/[^a-z0-9._~-]/g, '-')
        .replace(/^[._]+/, '') || 'file'
    return {
      name,
      source: madeBy(() => plainSource(typed, { every, ...(sha512 !== undefined && { sha512 }) })),
    }
  }
  if (last === undefined)
    throw new UsageError(`${typed} names no package: http://HOST/NAME was wanted, or --plain for a file`)
  if (trust.length === 0)
    throw new UsageError(
      'whose signature counts? --trust KEY was wanted (a file of hotload keygen, or ed25519:…), or --plain',
    )
  const scope = parts.at(-2)?.startsWith('@') === true ? parts.at(-2) : undefined
  const name = scope === undefined ? last : `${scope}/${last}`
  const base = new URL(url)
  base.pathname = parts.slice(0, scope === undefined ? -1 : -2).join('/')
  const keys = await publicKeysFrom(trust)
  const source = madeBy(() =>
    httpSource(base.href, {
      trust: { keys, ...(threshold !== undefined && { threshold }) },
      every,
      push,
    }),
  )
  return { source, name }
}

/** What is wrong with an option is wrong usage. */
function madeBy<T>(make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw error instanceof Error ? new UsageError(error.message) : error
  }
}

function asTime(typed: string, option: string): number {
  return madeBy(() => durationMs(typed, option))
}

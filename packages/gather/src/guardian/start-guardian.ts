import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { isSea } from 'node:sea'
import { isDeepStrictEqual } from 'node:util'
import { fileURLToPath } from 'node:url'
import type { Guarded, Guardian } from './guarded.ts'
import { isAlive, processIdentity, type ProcessIdentity } from './process-identity.ts'
import { removeGuarded } from './remove-guarded.ts'
import { GUARDIAN_VARIABLE } from './run-guardian.ts'
import {
  MARK_VARIABLE,
  ownPidNamespace,
  readState,
  stateFiles,
  stateFolder,
  writeState,
} from './state-file.ts'

/** Whoever kills the guardian again and again wants it gone. */
const MAX_RESTARTS = 10

/**
 * Removes what earlier owners left whose guardian died too, and starts a guardian for this process: when this process
 * ends without `close`, by whatever signal, everything noted is removed within two seconds.
 */
export async function startGuardian(): Promise<Guardian> {
  const folder = stateFolder()
  await removeLeftovers(folder)
  const mark = randomUUID()
  const path = join(folder, `${process.pid}-${mark}.json`)
  const owner = processIdentity(process.pid)
  if (owner === undefined) throw new Error('/proc is not mounted: whyreset cannot find its own process in it')
  let things: readonly Guarded[] = []
  let isClosing = false
  let restarts = 0
  let child = spawnGuardian(path)

  const note = (): void => {
    const guardian = identityOf(child)
    writeState(path, {
      schema: 'whyreset.guard/1',
      owner,
      ...(guardian === undefined ? {} : { guardian }),
      pidNamespace: ownPidNamespace(),
      mark,
      things,
    })
  }

  function watch(): void {
    child.once('exit', () => {
      if (isClosing || restarts++ >= MAX_RESTARTS) return
      child = spawnGuardian(path)
      watch()
      note()
    })
    // It cannot be started: the state file remains, and the next start reads it.
    child.once('error', () => undefined)
  }

  watch()
  note()
  return {
    environment: { [MARK_VARIABLE]: mark },
    guard(thing) {
      things = [...things, thing]
      note()
    },
    release(thing) {
      things = things.filter((other) => !isDeepStrictEqual(other, thing))
      note()
    },
    async close() {
      if (isClosing) return
      isClosing = true
      const isClean = await removeGuarded({ mark, things })
      if (isClean) rmSync(path, { force: true })
      await ended(child)
    },
  }
}

/** Files whose owner and guardian are both gone name what nobody will remove any more. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const path of stateFiles(folder)) {
    const state = readState(path)
    if (state === undefined || state.pidNamespace !== ownPidNamespace()) continue
    const { owner, guardian } = state
    if (isAlive(owner) || (guardian !== undefined && isAlive(guardian))) continue
    if (await removeGuarded(state)) rmSync(path, { force: true })
  }
}

function spawnGuardian(statePath: string): ChildProcess {
  // A single executable has no file beside it: there the program itself looks at the variable.
  const args = isSea() ? [] : [fileURLToPath(new URL('./guardian.js', import.meta.url))]
  const child = spawn(process.execPath, args, {
    // A session of its own: Ctrl-C and a closed terminal reach the owner only.
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', [GUARDIAN_VARIABLE]: statePath },
  })
  child.stdin?.on('error', () => undefined)
  child.unref()
  if (child.stdin !== null && 'unref' in child.stdin && typeof child.stdin.unref === 'function')
    child.stdin.unref()
  return child
}

function identityOf({ pid }: ChildProcess): ProcessIdentity | undefined {
  return pid === undefined ? undefined : processIdentity(pid)
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
      resolve()
      return
    }
    child.ref()
    child.once('exit', () => {
      resolve()
    })
    child.stdin?.end()
  })
}

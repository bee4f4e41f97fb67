import { spawn } from 'node:child_process'
import { Socket } from 'node:net'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { StagedPackage } from '../../store/store.ts'
import type { Loader } from '../loader.ts'
import { startRemote, type Link } from '../remote-isolate.ts'
import { readFrames, writeFrame } from './frames.ts'

export interface ProcessPermissions {
  /** Folders and files that may be read, beside the package itself. */
  readonly read?: readonly string[]
  /** Folders and files that may be written. */
  readonly write?: readonly string[]
  readonly childProcesses?: boolean
  readonly workers?: boolean
  /** Native code, which is bound by nothing. */
  readonly addons?: boolean
}

export interface ProcessOptions {
  /** What the package sees as `process.env`: nothing but `PATH`, `HOME`, `TZ` and `LANG` where it is absent. */
  readonly env?: Readonly<Record<string, string>>
  /** Turns on Node's permission model; what is not named here is then denied. The network is not restricted before Node 25. */
  readonly permissions?: ProcessPermissions
  /** Of the child's heap. */
  readonly maxOldGenerationSizeMb?: number
  /** Further flags of node. */
  readonly execArgv?: readonly string[]
}

const GUEST = fileURLToPath(new URL('process-guest.js', import.meta.url))
/** This package: what the guest is made of. */
const OWN_CODE = dirname(dirname(dirname(GUEST)))
const DEFAULT_ENV = ['PATH', 'HOME', 'TZ', 'LANG']
const PIPE_FD = 3
/** The child sees by its end that this process is gone. */
const LIFELINE_FD = 4

/** One process for each version: also native addons, `process.exit` and the heap of C++ stay away from the host. */
export function processLoader(options: ProcessOptions = {}): Loader {
  return {
    isolation: 'process',
    load: (pkg, context) => startRemote(startProcess(pkg, options), pkg, context),
  }
}

function startProcess(pkg: StagedPackage, options: ProcessOptions): Link {
  const child = spawn(process.execPath, [...flagsOf(pkg, options), GUEST], {
    env: { ...(options.env ?? defaultEnv()) },
    stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'pipe'],
  })
  const lifeline = child.stdio[LIFELINE_FD]
  const pipe = child.stdio[PIPE_FD]
  if (!(pipe instanceof Socket && lifeline instanceof Socket))
    throw new TypeError('a child has the pipes that it was started with')
  // What breaks is told by the end of the process.
  pipe.on('error', () => undefined)
  lifeline.on('error', () => undefined)
  const ended = new Promise<Error>((resolve) => {
    child.on('error', resolve)
    child.on('exit', (code, signal) => {
      resolve(
        new Error(signal === null ? `its process ended with code ${code}` : `its process ended by ${signal}`),
      )
    })
  })
  return {
    post: (batch) => writeFrame(pipe, batch),
    onMessage: (listener) => readFrames(pipe, listener),
    ended,
    async kill() {
      child.kill('SIGKILL')
      await ended
      pipe.destroy()
      lifeline.destroy()
    },
  }
}

function flagsOf({ folder }: StagedPackage, options: ProcessOptions): string[] {
  const { permissions, maxOldGenerationSizeMb, execArgv = [] } = options
  const flags = [...execArgv]
  if (maxOldGenerationSizeMb !== undefined) flags.push(`--max-old-space-size=${maxOldGenerationSizeMb}`)
  if (permissions === undefined) return flags
  const { read = [], write = [], childProcesses, workers, addons } = permissions
  flags.push(...permissionFlags())
  for (const path of [OWN_CODE, folder, ...read]) flags.push(`--allow-fs-read=${path}`)
  for (const path of write) flags.push(`--allow-fs-write=${path}`)
  if (childProcesses === true) flags.push('--allow-child-process')
  if (workers === true) flags.push('--allow-worker')
  if (addons === true && process.allowedNodeEnvironmentFlags.has('--allow-addons'))
    flags.push('--allow-addons')
  return flags
}

/** Node 20 has it under its first name, and warns of it in each process. */
function permissionFlags(): string[] {
  return process.allowedNodeEnvironmentFlags.has('--permission')
    ? ['--permission']
    : ['--experimental-permission', '--disable-warning=ExperimentalWarning']
}

function defaultEnv(): Record<string, string> {
  const values = DEFAULT_ENV.map((name) => [name, process.env[name]] as const)
  return Object.fromEntries(values.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

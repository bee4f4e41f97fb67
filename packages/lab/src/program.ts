import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Host } from './network/host.ts'
import { enterArguments } from './network/namespace.ts'

/** What a program of a scenario tells the lab: `{ event: 'ready' }`, `{ event: 'failed', code: 'ECONNRESET' }`. */
export interface Told {
  readonly event: string
  readonly [key: string]: unknown
}

/**
 * A program that runs on a host of the network. Its log goes to the host's log file; what the lab alone is told comes
 * as JSON lines on file descriptor 3, or on standard output where a runtime (Java) cannot write to another.
 */
export interface Program {
  readonly pid: number
  readonly startedAt: Date
  /** Everything told so far with this event. */
  told(event: string): readonly Told[]
  /** The first telling of this event, already there or still to come. Rejects when the program ends without it. */
  wait(event: string): Promise<Told>
  /** Lets a client begin that waits for a line on its standard input, or sends it another word. */
  say(line: string): void
  /** The exit code, or the signal's name. Resolves when all that it told was read. */
  readonly ended: Promise<number | NodeJS.Signals>
  /** Sends a signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>
}

export interface ProgramOptions {
  readonly host: Host
  readonly program: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Where its stderr goes, and its stdout where that is not what it tells. Appended to. */
  readonly logPath: string
  /** A file of its own for stdout: the collections that Node prints there. */
  readonly stdoutPath?: string
  /** The descriptor on which it tells. */
  readonly tells: 1 | 3
}

/** How long a program may take for what is waited for; every scenario is over sooner. */
const WAIT_MS = 60_000
const STOP_MS = 5000

export function startProgram(options: ProgramOptions): Program {
  const { host, program, args, tells } = options
  const log = openSync(options.logPath, 'a', 0o600)
  const out = options.stdoutPath === undefined ? log : openSync(options.stdoutPath, 'a', 0o600)
  const child = spawn('nsenter', [...enterArguments(host.namespace), program, ...args], {
    stdio: ['pipe', tells === 1 ? 'pipe' : out, log, tells === 3 ? 'pipe' : 'ignore'],
    env: { ...process.env, ...options.env },
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  })
  closeSync(log)
  if (out !== log) closeSync(out)
  return follow(child, `${program} on ${host.role}`, tells)
}

function follow(child: ChildProcess, name: string, tells: 1 | 3): Program {
  const heard: Told[] = []
  const waiting = new Set<() => void>()
  let over: { readonly status: number | NodeJS.Signals } | undefined
  const wake = () => {
    for (const look of waiting) look()
  }
  // A program that ended does not listen; its end is reported by `ended`.
  child.stdin?.on('error', () => undefined)
  // Descriptor 1 and 3 are opened as pipes above, which Node reads as streams.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  const channel = child.stdio[tells] as Readable
  createInterface({ input: channel }).on('line', (line) => {
    const told = parseTold(line)
    if (told === undefined) return
    heard.push(told)
    wake()
  })
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      over = { status: code ?? signal ?? 0 }
      wake()
      resolve(over.status)
    })
  })
  // Whoever waits for the end hears of a failed start; nobody else has to.
  ended.catch(() => undefined)

  const told = (event: string) => heard.filter((line) => line.event === event)
  const wait = (event: string) =>
    new Promise<Told>((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(look)
        reject(new Error(`${name}: did not say "${event}" within ${WAIT_MS / 1000} s`))
      }, WAIT_MS)
      const look = () => {
        const found = heard.find((line) => line.event === event)
        if (found === undefined && over === undefined) return
        waiting.delete(look)
        clearTimeout(timer)
        if (found !== undefined) resolve(found)
        else reject(new Error(`${name}: ended (${over?.status ?? ''}) before it said "${event}"`))
      }
      waiting.add(look)
      look()
    })
  return {
    pid: child.pid ?? 0,
    startedAt: new Date(),
    told,
    wait,
    say: (line) => void child.stdin?.write(`${line}\n`),
    ended,
    async stop(signal = 'SIGTERM') {
      if (over !== undefined || child.pid === undefined) return over?.status ?? 0
      child.kill(signal)
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      try {
        return await ended
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

function parseTold(line: string): Told | undefined {
  try {
    const json: unknown = JSON.parse(line)
    // Written by the lab's own programs; anything else on the channel is not a telling.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the event was checked
    if (typeof json === 'object' && json !== null && 'event' in json) return json as Told
  } catch {
    // A runtime's own words on the same descriptor.
  }
  return undefined
}

import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Host } from './network/host.ts'
import { enterArguments } from './network/namespace.ts'
import { createTellings, type ExitStatus, type Told } from './tellings.ts'

/** A program that runs on a host of the network. It writes a log, which is evidence, and tells the lab alone what it knows. */
export interface Program {
  /** Everything told so far with this event. */
  told(event: string): readonly Told[]
  /** The first telling of this event, already there or still to come. Rejects when the program ends without it. */
  wait(event: string): Promise<Told>
  /** Lets a client begin that waits for a word. */
  say(word: string): void
  /** Sends a signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<ExitStatus>
}

/** One that is a process of this machine, in a namespace. */
export interface RunningProgram extends Program {
  readonly pid: number
  readonly startedAt: Date
}

export interface ProgramOptions {
  readonly host: Host
  readonly program: string
  readonly args: readonly string[]
  readonly cwd?: string
  /** Where its stderr goes, and its stdout where that is not what it tells. Appended to. */
  readonly logPath: string
  /** A file of its own for stdout: the collections that Node prints there. */
  readonly stdoutPath?: string
  /** The descriptor on which it tells, as JSON lines: standard output where a runtime (Java) has no other. */
  readonly tells: 1 | 3
}

const STOP_MS = 5000

export function startProgram(options: ProgramOptions): RunningProgram {
  const { host, program, args, tells } = options
  const log = openSync(options.logPath, 'a', 0o600)
  const out = options.stdoutPath === undefined ? log : openSync(options.stdoutPath, 'a', 0o600)
  const child = spawn('nsenter', [...enterArguments(host.namespace), program, ...args], {
    stdio: ['pipe', tells === 1 ? 'pipe' : out, log, tells === 3 ? 'pipe' : 'ignore'],
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  })
  closeSync(log)
  if (out !== log) closeSync(out)
  return follow(child, `${program} on ${host.role}`, tells)
}

function follow(child: ChildProcess, name: string, tells: 1 | 3): RunningProgram {
  const tellings = createTellings(name)
  let over: ExitStatus | undefined
  // A program that ended does not listen; its end is reported by `ended`.
  child.stdin?.on('error', () => undefined)
  // Descriptors 1 and 3 are opened as pipes above, which Node reads as streams.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  const channel = child.stdio[tells] as Readable
  createInterface({ input: channel }).on('line', (line) => tellings.take(line))
  const ended = new Promise<ExitStatus>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      over = code ?? signal ?? 0
      tellings.end(over)
      resolve(over)
    })
  })
  // Whoever waits for the end hears of a failed start; nobody else has to.
  ended.catch(() => undefined)
  return {
    pid: child.pid ?? 0,
    startedAt: new Date(),
    told: (event) => tellings.told(event),
    wait: (event) => tellings.wait(event),
    say: (word) => void child.stdin?.write(`${word}\n`),
    async stop(signal = 'SIGTERM') {
      if (over !== undefined || child.pid === undefined) return over ?? 0
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

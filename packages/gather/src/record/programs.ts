import { spawn, type ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'

export interface RunningProgram {
  readonly child: ChildProcess
  readonly stdout: Readable
  readonly stderr: Readable
  /** Resolves when it ended and its output is read, or could not be started. */
  readonly ended: Promise<ProgramEnd>
}

export interface ProgramEnd {
  readonly code: number | null
  /** Why it could not be started. */
  readonly error?: Error
}

/** Runs the programs that a recording needs, so that none of them outlives it. */
export interface Programs {
  start(command: readonly [program: string, args: readonly string[]]): RunningProgram
  /** Output of a short run. Rejects when it cannot be started, fails, takes too long or says too much. */
  output(
    command: readonly [program: string, args: readonly string[]],
    maxBytes?: number,
    maxMs?: number,
  ): Promise<Buffer>
  /** Ends what is still running. */
  stopAll(): Promise<void>
}

const DEFAULT_MAX_BYTES = 16 << 20
const SHORT_RUN_MS = 20_000
const MAX_COMPLAINT = 500
/** Output is in English and in UTC whatever the user's language and zone are. */
const LANGUAGE = { LC_ALL: 'C', TZ: 'UTC' }
/** The usual places first: what runs as root is not looked for in a user's folder. */
const PATH = `/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin:${process.env['PATH'] ?? ''}`

/** @param mark environment that lets the guardian find the processes */
export function createPrograms(mark: Readonly<Record<string, string>>): Programs {
  const running = new Set<RunningProgram>()

  function start([program, args]: readonly [string, readonly string[]]): RunningProgram {
    const child = spawn(program, args, {
      // A session of its own: Ctrl-C on the terminal reaches the recorder alone, which then ends them in order.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH, ...LANGUAGE, ...mark },
    })
    const { stdout, stderr } = child
    const ended = new Promise<ProgramEnd>((resolve) => {
      child.once('error', (error) => {
        running.delete(one)
        resolve({ code: null, error })
      })
      child.once('close', (code) => {
        running.delete(one)
        resolve({ code })
      })
    })
    const one = { child, stdout, stderr, ended }
    running.add(one)
    return one
  }

  async function output(
    command: readonly [string, readonly string[]],
    maxBytes = DEFAULT_MAX_BYTES,
    maxMs = SHORT_RUN_MS,
  ): Promise<Buffer> {
    const { child, stdout, stderr, ended } = start(command)
    const chunks: Buffer[] = []
    let bytes = 0
    let complaint = ''
    const timer = setTimeout(() => child.kill('SIGKILL'), maxMs)
    stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= maxBytes) chunks.push(chunk)
      else child.kill('SIGKILL')
    })
    stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(0, MAX_COMPLAINT)
    })
    const { code, error } = await ended
    clearTimeout(timer)
    if (error !== undefined) throw error
    if (code !== 0) throw new Error(firstLine(complaint) || `ended with code ${String(code)}`)
    return Buffer.concat(chunks)
  }

  return {
    start,
    output,
    async stopAll() {
      const last = [...running]
      for (const { child } of last) child.kill('SIGKILL')
      await Promise.all(last.map(({ ended }) => ended))
    },
  }
}

/** What a program complained of, without its name: `tcpdump: syntax error` → `syntax error`. */
export function firstLine(complaint: string): string {
  const lines = complaint.split('\n').map((line) => line.trim())
  return (lines.find((line) => line !== '') ?? '').replace(/^[a-z]+: /, '')
}

/** Whether an error says that the program is not installed. */
export function isNotInstalled(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

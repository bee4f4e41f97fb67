import type { LogSource } from '../target.ts'
import { followEngine } from './follow-engine.ts'
import { followFile } from './follow-file.ts'
import { isNotInstalled, type Programs } from './programs.ts'

/** A log that is being read. */
export interface LogFollower {
  /** Why nothing comes from it now. */
  readonly trouble: string | undefined
  /** Reads what is there and ends. */
  stop(): Promise<void>
}

export interface FollowOptions {
  readonly programs: Programs
  readonly from: 'beginning' | 'end'
  readonly maxBytes: number
  readonly onBytes: (bytes: Buffer) => void
  readonly onWritten: (atMs: number) => void
}

const LAST_LINES_MS = 300

/** Reads a log as it grows; resolves when lines that are printed from now on will be seen. */
export function followLog(source: LogSource, options: FollowOptions): Promise<LogFollower> {
  switch (source.kind) {
    case 'file':
    case 'cri':
      return followFile({ ...options, path: source.path })
    case 'engine':
      return followEngine(source, options.onBytes)
    case 'journal':
      return Promise.resolve(followJournal(source.unit, options))
  }
}

/** What a person would call the log. */
export function sourceName(source: LogSource): string {
  switch (source.kind) {
    case 'file':
    case 'cri':
      return source.path
    case 'engine':
      return `log of container ${source.container.slice(0, 12)}`
    case 'journal':
      return `journal of ${source.unit}`
  }
}

function followJournal(unit: string, { programs, onBytes }: FollowOptions): LogFollower {
  const args = [
    `--unit=${unit}`,
    '--follow',
    // By time and not by `--lines=0`, with which a line is missed that is written before journalctl has begun to look.
    `--since=@${(Date.now() / 1000).toFixed(3)}`,
    '--no-tail',
    '--output=short-iso-precise',
    '--no-pager',
    '--quiet',
  ]
  const { child, stdout, stderr, ended } = programs.start(['journalctl', args])
  let trouble: string | undefined
  let isStopping = false
  stdout.on('data', onBytes)
  stderr.resume()
  const over = watch()

  async function watch(): Promise<void> {
    const { code, error } = await ended
    if (isStopping) return
    if (error === undefined) trouble = `journalctl ended with code ${String(code)}`
    else trouble = isNotInstalled(error) ? 'journalctl is not installed' : error.message
  }

  return {
    get trouble() {
      return trouble
    },
    async stop() {
      // It reads on a notice from the journal, a moment after the line was written.
      await new Promise((resolve) => setTimeout(resolve, LAST_LINES_MS))
      isStopping = true
      child.kill('SIGTERM')
      await over
    },
  }
}

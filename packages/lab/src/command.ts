import { execFile } from 'node:child_process'

/** Longest wait for a command that sets something up; each takes milliseconds. */
const TIMEOUT_MS = 15_000

/** A program of the system that refused: what was run, and the first line of its complaint. */
class CommandError extends Error {
  override readonly name = 'CommandError'
}

/** Runs a program to its end and returns what it printed. `input` is its standard input. */
export function command(program: string, args: readonly string[], input?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout)
      const complaint = stderr.trim().split('\n')[0] ?? ''
      reject(
        new CommandError(`${program} ${args.join(' ')}: ${complaint === '' ? error.message : complaint}`, {
          cause: error,
        }),
      )
    })
    // A program that ends without reading its input has said why on stderr.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input ?? '')
  })
}

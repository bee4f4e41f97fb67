import { spawn } from 'node:child_process'

/** Then it is ended, and counts as failed. */
const TERM_GRACE_MS = 2000

/** Runs a program with its output on our standard error. Resolves with what went wrong, `undefined` where nothing did. */
export function runProgram(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const [program, ...args] = command
  if (program === undefined) return Promise.resolve(undefined)
  return new Promise((resolve) => {
    const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 2, 2] })
    let why: string | undefined
    let kill: NodeJS.Timeout | undefined
    const end = (reason: string): void => {
      why ??= reason
      child.kill('SIGTERM')
      kill ??= setTimeout(() => child.kill('SIGKILL'), TERM_GRACE_MS)
    }
    const onAbort = (): void => end('was interrupted')
    const timer = setTimeout(
      () => end(`was not done within ${Math.round(timeoutMs / 1000)} seconds`),
      timeoutMs,
    )
    signal.addEventListener('abort', onAbort, { once: true })
    const done = (result: string | undefined): void => {
      clearTimeout(timer)
      clearTimeout(kill)
      signal.removeEventListener('abort', onAbort)
      resolve(result === undefined ? undefined : `${program} ${result}`)
    }
    child.once('error', (error) => done(`could not be run: ${error.message}`))
    child.once('close', (code, by) => {
      if (why === undefined && code === 0) done(undefined)
      else done(why ?? (code === null ? `was ended by ${by}` : `exited with ${code}`))
    })
  })
}

import { rmSync } from 'node:fs'
import { removeGuarded } from './remove-guarded.ts'
import { readState } from './state-file.ts'

/** Environment variable that turns this program into a guardian of the state file that it names. */
export const GUARDIAN_VARIABLE = 'WHYRESET_GUARDIAN'

/**
 * The guardian's life: waits until its standard input ends, which is when its owner is gone, and removes what the
 * state file still names. An owner that ended well has removed the file.
 */
export async function runGuardian(statePath: string): Promise<void> {
  // Whoever stops the owner politely may mean its whole group: the guardian is to be the last.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
  await new Promise<void>((resolve) => {
    const end = (): void => {
      resolve()
    }
    process.stdin.on('end', end).on('close', end).on('error', end).resume()
  })
  const state = readState(statePath)
  if (state !== undefined && (await removeGuarded(state))) rmSync(statePath, { force: true })
  // What could not be removed stays noted for the next start.
}

import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A folder that does not exist, so that no user's preferences apply. */
const NO_PREFERENCES = join(tmpdir(), 'whyreset-no-wireshark-preferences')

const TSHARK = 'tshark'

/** Why nothing can be compared with tshark here, or undefined where it can. */
export const noTshark: string | undefined =
  spawnSync(TSHARK, ['--version']).status === 0 ? undefined : 'tshark is not installed'

/**
 * Fields of every frame of a capture, as tshark prints them: one that a frame has several times is joined with
 * commas, one that it lacks is empty. `preferences` as after `-o`.
 */
export async function tsharkFields(
  capture: string | Uint8Array,
  fields: readonly string[],
  preferences: readonly string[] = [],
): Promise<string[][]> {
  if (typeof capture !== 'string') return withFile(capture, (path) => tsharkFields(path, fields, preferences))
  const { stdout } = await run(
    TSHARK,
    [
      '-n',
      '-r',
      capture,
      '-T',
      'fields',
      '-E',
      'separator=|',
      ...preferences.flatMap((preference) => ['-o', preference]),
      ...fields.flatMap((field) => ['-e', field]),
    ],
    { maxBuffer: 1 << 28, env: { ...process.env, LC_ALL: 'C', WIRESHARK_CONFIG_DIR: NO_PREFERENCES } },
  ).catch(answerInSpiteOfDamage)
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('|'))
}

/** tshark exits with 2 after a capture that is cut short, with everything before the cut on its output. */
function answerInSpiteOfDamage(problem: { code?: unknown; stdout?: unknown }): { stdout: string } {
  if (problem.code === 2 && typeof problem.stdout === 'string') return { stdout: problem.stdout }
  throw problem
}

async function withFile<T>(bytes: Uint8Array, use: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'whyreset-tshark-'))
  try {
    const path = join(folder, 'capture')
    await writeFile(path, bytes)
    return await use(path)
  } finally {
    await rm(folder, { recursive: true })
  }
}

import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** Recorded evidence with a known answer: see its README. */
export const REFUSED = fileURLToPath(new URL('fixtures/refused', import.meta.url))

if (!existsSync(MAIN)) throw new Error('packages/cli/dist/main.js is not there: npm run build')

export interface Run {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

interface Surroundings {
  readonly input?: string | Uint8Array
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Another version of Node than the one that runs the tests. */
  readonly node?: string
}

/** Runs the built command to its end. */
export function whyreset(
  args: readonly string[],
  { input = '', cwd, env, node = process.execPath }: Surroundings = {},
): Run {
  const { status, stdout, stderr } = spawnSync(node, [MAIN, ...args], {
    input,
    cwd,
    env: environment(env),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  return { code: status, stdout, stderr }
}

/** Starts it with its standard streams in the hands of the test. */
export function start(
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
): {
  child: ChildProcessWithoutNullStreams
  end: Promise<Run>
} {
  const child = spawn(process.execPath, [MAIN, ...args], { env: environment(env) })
  const text = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text.stdout += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text.stderr += chunk
  })
  const end = new Promise<Run>((resolve) => {
    child.once('close', (code) => {
      resolve({ code, ...text })
    })
  })
  return { child, end }
}

/** Without what the terminal of the person who runs the tests says about colour. */
function environment(env: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _force, NO_COLOR: _no, ...rest } = process.env
  return { ...rest, ...env }
}

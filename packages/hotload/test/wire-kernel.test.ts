import { execFile, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'

const run = promisify(execFile)
const PROGRAM = fileURLToPath(new URL('wire-kernel.mjs', import.meta.url))
const WHYRESET = fileURLToPath(new URL('../../cli/dist/main.js', import.meta.url))

interface Result {
  readonly counted: Readonly<Record<'OutRsts' | 'TCPAbortOnClose' | 'TCPAbortOnData', number>>
  readonly states: Readonly<Record<string, number>>
  readonly worst: { readonly closeWait: number; readonly open: number }
  readonly descriptors: { readonly before: number; readonly after: number }
  readonly totals: Readonly<Record<'checks' | 'bytes' | 'connections' | 'resets', number>>
  readonly suffered: number
  readonly dropped: number
  readonly capture: string
}

const missing = whatIsMissing()
const folders: string[] = []

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

async function inNamespace(...args: readonly string[]): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'hotload-wire-'))
  folders.push(folder)
  const { stdout } = await run('unshare', ['-n', process.execPath, PROGRAM, folder, ...args], {})
  return JSON.parse(stdout) as Result
}

/** The verdict of whyreset on a capture: exit 3 would be a cause that it found. */
async function verdict(capture: string): Promise<string> {
  const { stdout } = await run(process.execPath, [WHYRESET, capture, '--exit-code', '--no-color'])
  return stdout
}

describe.skipIf(missing !== undefined)(`what the kernel saw (needs ${missing ?? 'nothing more'})`, () => {
  test('P5, P6: a thousand polls, downloads, cancels and closes, over HTTP and TLS 1.3, send no RST and leave no socket', async () => {
    const result = await inNamespace()
    expect(result.totals.checks).toBeGreaterThan(1000)
    expect(result.totals.bytes).toBeGreaterThan(48 * 1024 * 1024)
    expect(result.counted).toEqual({ OutRsts: 0, TCPAbortOnClose: 0, TCPAbortOnData: 0 })
    expect(result).toMatchObject({ totals: { resets: 0 }, suffered: 0, dropped: 0 })
    expect(result.worst.closeWait).toBe(0)
    // Two of the client, and their two ends at the server.
    expect(result.worst.open).toBeLessThanOrEqual(5)
    expect(result.descriptors.after).toBeLessThanOrEqual(result.descriptors.before)
    expect(Object.keys(result.states)).toEqual(['TIME_WAIT'])
    // And whyreset finds nothing in the capture of it.
    const answer = await verdict(result.capture)
    expect(answer).toMatch(/^No connection was reset: \d+ connections seen, nothing was lost\./)
    expect(answer).toMatch(/ 0 reset, \d+ closed, 0 open/)
    expect(answer).not.toMatch(/CLOSE_WAIT|close-wait/)
  })

  test('the same counters see the client that cancels its bodies', async () => {
    const { counted } = await inNamespace('careless')
    expect(counted.OutRsts).toBeGreaterThan(0)
  })
})

function whatIsMissing(): string | undefined {
  if (process.platform !== 'linux') return 'Linux'
  if (process.getuid?.() !== 0) return 'root, for a network namespace'
  for (const program of ['unshare', 'ip', 'tcpdump', 'openssl'])
    if (spawnSync('which', [program]).status !== 0) return program
  if (spawnSync('unshare', ['-n', 'true']).status !== 0) return 'a kernel that makes network namespaces'
  return existsSync(WHYRESET) ? undefined : 'npm run build'
}

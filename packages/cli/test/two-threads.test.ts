import { closeSync, mkdtempSync, openSync, rmSync, statSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCapture } from '../../../bench/make-capture.mjs'

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))
/** Files from this size on are prepared by a second thread: see src/prepare-ahead.ts. */
const WORTH_A_THREAD = 64 << 20
const MAX_OUTPUT_BYTES = 64 << 20
const READING_MS = 60_000

let folder: string
let capture: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whyreset-threads-'))
  capture = join(folder, 'a.pcap')
  makeCapture(capture, { packets: 800_000, connections: 20_000 })
}, READING_MS)
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** What `--json` says, without the input's name. */
function diagnose(path: string, stdin: 'ignore' | number): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, path, '--json'], {
    stdio: [stdin, 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: MAX_OUTPUT_BYTES,
  })
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return stdout.replaceAll(`"${path}"`, '"the input"')
}

test(
  'a large file, which two threads read, is answered as the same bytes on standard input, which one does',
  () => {
    expect(statSync(capture).size).toBeGreaterThan(WORTH_A_THREAD)
    const descriptor = openSync(capture, 'r')
    try {
      expect(diagnose(capture, 'ignore')).toBe(diagnose('-', descriptor))
    } finally {
      closeSync(descriptor)
    }
  },
  READING_MS,
)

import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * @typedef {object} Measurement
 * @property {number} seconds wall clock, from before the process starts until it is reaped
 * @property {number | undefined} cpuSeconds user and system
 * @property {number | undefined} peakBytes largest resident set of the process or any child it waited for
 */

/** Prints user seconds, system seconds and peak kilobytes of its child to the file that the first argument names. */
const PYTHON_WAIT = `
import os, resource, sys
child = os.fork()
if child == 0: os.execvp(sys.argv[2], sys.argv[2:])
_, status, usage = os.wait4(child, 0)
unit = 1 if sys.platform == 'darwin' else 1024
open(sys.argv[1], 'w').write(f'{usage.ru_utime} {usage.ru_stime} {usage.ru_maxrss * unit // 1024}')
sys.exit(os.waitstatus_to_exitcode(status))
`

/** The kernel's own accounting of one process, by GNU time or by Python's wait4; neither: wall clock alone. */
const METERS = [
  {
    name: 'GNU time',
    probe: ['/usr/bin/time', '-f', '%U', 'true'],
    wrap: (file) => ['/usr/bin/time', '-q', '-o', file, '-f', '%U %S %M'],
  },
  {
    name: 'python3 wait4',
    probe: ['python3', '-c', 'import os, resource; os.wait4'],
    wrap: (file) => ['python3', '-c', PYTHON_WAIT, file],
  },
]

const meter = METERS.find(({ probe: [command, ...rest] }) => spawnSync(command, rest).status === 0)

/** What measures processor time and memory here, for the report. */
export const meterName = meter?.name ?? 'none (no GNU time, no python3): wall clock only'

/**
 * The same for every command. What else a shell exports is of the machine: with NODE_EXTRA_CA_CERTS, Node 20 reads
 * certificates for 35 ms before it begins with the program.
 */
const ENVIRONMENT = Object.fromEntries(
  ['PATH', 'HOME', 'TMPDIR'].flatMap((name) =>
    process.env[name] === undefined ? [] : [[name, process.env[name]]],
  ),
)

/**
 * Runs a command once with its output thrown away.
 * @param {readonly string[]} command program and arguments
 * @returns {Measurement}
 */
export function measure(command) {
  const folder = mkdtempSync(join(tmpdir(), 'whyreset-measure-'))
  const report = join(folder, 'usage')
  const nowhere = openSync(devNull, 'w')
  const errors = openSync(join(folder, 'stderr'), 'w')
  const [program, ...args] = [...(meter?.wrap(report) ?? []), ...command]
  try {
    const start = performance.now()
    const { status, signal, error } = spawnSync(program, args, {
      env: ENVIRONMENT,
      stdio: ['ignore', nowhere, errors],
    })
    const seconds = (performance.now() - start) / 1000
    if (error !== undefined) throw error
    if (status !== 0) {
      const said = readFileSync(join(folder, 'stderr'), 'utf8').trim().slice(-2000)
      throw new Error(`${command.join(' ')} ended with ${signal ?? status}: ${said}`)
    }
    if (meter === undefined) return { seconds, cpuSeconds: undefined, peakBytes: undefined }
    const [user = 0, system = 0, kilobytes = 0] = readFileSync(report, 'utf8').trim().split(' ').map(Number)
    return { seconds, cpuSeconds: user + system, peakBytes: kilobytes * 1024 }
  } finally {
    closeSync(nowhere)
    closeSync(errors)
    rmSync(folder, { recursive: true })
  }
}

/** The middle of the values, or the mean of the two in the middle. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

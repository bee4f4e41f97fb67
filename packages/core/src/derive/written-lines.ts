import type { Evidence } from '../evidence.ts'
import type { GcLog } from '../read/gc-log/collection.ts'

/** Lines that a collection prints after the one that tells its time: processor time, sizes, references. */
const MAX_LINES_AFTER = 30
/** A runtime's own clock starts when it does, somewhat after the process: 10 to 60 ms were measured, on idle machines. */
const MAX_START_LATE_MS = 10_000
/** The start of a process is known to a hundredth of a second, give or take. */
const MAX_START_EARLY_MS = 50

/**
 * When the runtime's clock stood at 0, in milliseconds since 1970, as the recorder saw the log grow: a line that shows an
 * uptime had been written at a known time. Each such line says "no later than"; the earliest counts.
 *
 * @param processStartMs of the same process, where it is known; what does not fit it is not believed
 */
export function startFromWrittenLines(
  log: GcLog,
  lineTimes: readonly { readonly line: number; readonly atMs: number }[],
  processStartMs: number | undefined,
): number | undefined {
  let startMs = Infinity
  for (const { line, atMs } of lineTimes) {
    const last = log.collections.findLast((collection) => collection.line <= line)
    if (last === undefined || last.end.clock !== 'uptime' || line - last.line > MAX_LINES_AFTER) continue
    startMs = Math.min(startMs, atMs - last.end.seconds * 1000)
  }
  if (startMs === Infinity) return undefined
  const lateMs = processStartMs === undefined ? 0 : startMs - processStartMs
  return lateMs >= -MAX_START_EARLY_MS && lateMs <= MAX_START_LATE_MS ? startMs : undefined
}

/** When lines of one input had been written, as a manifest in its folder says. */
export function lineTimesOf(
  inputs: Evidence['inputs'],
  path: string,
): readonly { readonly line: number; readonly atMs: number }[] {
  return inputs.flatMap(({ path: manifestPath, manifest }) => {
    const folder = manifestPath.replace(/[^/\\]*$/, '')
    return (manifest?.lineTimes ?? []).filter((time) => folder + time.path === path)
  })
}

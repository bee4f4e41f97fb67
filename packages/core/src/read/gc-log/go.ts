import type { FormatReader } from './format-reader.ts'
import type { GcProcesses } from './gc-processes.ts'

const TRACE = /(?:^|[\s|>\]])gc (\d{1,10}) @(\d+(?:\.\d+)?)s \d+%: ([\d.]+(?:\+[\d.]+){2,5}) ms clock,/
const BEGINS = /(?:^|[\s|>\]])gc (\d{1,10}) @(\d+(?:\.\d+)?)s/

/**
 * Reads `GODEBUG=gctrace=1` of Go 1.5 and later (runtime/extern.go, mgc.go gcMarkTermination).
 *
 * `@` is when sweep termination began, in seconds since the program's start. The clock's parts alternate between
 * stopped and running: three since Go 1.6, five in Go 1.5; their sum is the cycle until marking ended. Finalizers are
 * queued by the sweep after it, so they act after `end` too, until the next cycle. `scvg` and `pacer` lines are not
 * collections. Earlier versions print no time.
 */
export function createGoReader(processes: GcProcesses): FormatReader {
  // The trace names no process, but each counts its collections from one.
  let run = 0
  let lastNumber = 0

  return {
    line(text, line, wrapper) {
      if (!isCandidate(text)) return false
      const begins = BEGINS.exec(text)
      if (begins === null) return false
      const number = Number(begins[1])
      if (number === 1 && lastNumber >= 1) run += 1
      lastNumber = number
      const process = String(run)
      const startSeconds = Number(begins[2])
      const found = TRACE.exec(text)
      const clock = found?.[3]?.split('+').map(Number)
      const durationMs = clock?.reduce((sum, part) => sum + part, 0) ?? Number.NaN
      if (found === null || clock === undefined || Number.isNaN(durationMs)) {
        processes.of('go', process, { uptimeSeconds: startSeconds }, wrapper)?.damaged(line)
        return true
      }
      // The line is printed at the end of the cycle.
      const endSeconds = startSeconds + durationMs / 1000
      processes.of('go', process, { uptimeSeconds: endSeconds }, wrapper)?.add({
        line,
        number,
        kind: 'concurrent',
        name: text.includes(' (forced)') ? 'gc (forced)' : 'gc',
        start: { clock: 'uptime', seconds: startSeconds },
        end: { clock: 'uptime', seconds: endSeconds },
        pauseMs: clock.reduce((sum, part, index) => (index % 2 === 0 ? sum + part : sum), 0),
        concurrent: true,
      })
      return true
    },
    end() {},
  }
}

/** Whether a line is Go's trace of a collection. */
export function isGoLine(text: string): boolean {
  return isCandidate(text) && TRACE.test(text)
}

function isCandidate(text: string): boolean {
  return text.includes('gc ') && text.includes('s ') && text.includes(' @')
}

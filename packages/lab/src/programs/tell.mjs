/** What every Node program of the lab has: its options, its log, and a way to tell the lab what it knows. */
import { writeSync } from 'node:fs'

export const options = JSON.parse(process.argv[2] ?? '{}')

/** To the lab alone, on descriptor 3: never part of the evidence. */
export function tell(event, more = {}) {
  writeSync(3, `${JSON.stringify({ event, ...more })}\n`)
}

/** The program's own log, which is evidence. */
export function log(level, text) {
  process.stderr.write(`${new Date().toISOString()} ${level.padEnd(5)} ${text}\n`)
}

/** Resolves when the lab says a word; the first is `go`. */
export function heard() {
  return new Promise((resolve) => process.stdin.once('data', (data) => resolve(String(data).trim())))
}

export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

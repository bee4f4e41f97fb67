/** What every Node program of the lab has: its options, its log, and a way to tell the lab what it knows. */
import { appendFileSync, existsSync, unlinkSync, writeSync } from 'node:fs'

/** In a container: a folder that it shares with the lab, with the files `told` and `said`. */
const FOLDER = process.env.WHYRESET_LAB

export const options = JSON.parse(process.argv[2] ?? '{}')

/** To the lab alone, on descriptor 3 or in the shared folder: never part of the evidence. */
export function tell(event, more = {}) {
  const line = `${JSON.stringify({ event, ...more })}\n`
  if (FOLDER === undefined) writeSync(3, line)
  else appendFileSync(`${FOLDER}/told`, line)
}

/** The program's own log, which is evidence. */
export function log(level, text) {
  process.stderr.write(`${new Date().toISOString()} ${level.padEnd(5)} ${text}\n`)
}

/** Resolves when the lab says a word; the first is `go`. */
export async function heard() {
  if (FOLDER !== undefined) {
    while (!existsSync(`${FOLDER}/said`)) await pause(20)
    return unlinkSync(`${FOLDER}/said`)
  }
  return new Promise((resolve) => process.stdin.once('data', (data) => resolve(String(data).trim())))
}

export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

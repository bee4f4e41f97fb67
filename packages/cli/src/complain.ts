import { cleanText } from '@whyreset/report/escape'

/** A line to whoever typed the command; never part of the answer. */
export function complain(line: string): void {
  process.stderr.write(`whyreset: ${cleanText(line)}\n`)
}

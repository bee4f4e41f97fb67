import type { ScanPlace, ScanReport } from '../scan-schema.ts'

export const OUTCOMES: Readonly<Record<ScanPlace['outcome'], string>> = {
  never: 'on every way',
  'some-path': 'on some ways',
  exception: 'when an exception is thrown',
  collected: 'in a collection',
  always: '',
}

/** The answer in a sentence. */
export function scanVerdict(places: readonly ScanPlace[], files: number): string {
  const [first] = places
  const looked = `${counted(files, 'file')} of source`
  if (first === undefined) return `No place was found in ${looked} that leaks, abandons or cuts a connection.`
  const where = `${first.file}:${first.line}`
  const one = first.evidence === undefined ? 'the worst is' : 'the evidence points to'
  return `${counted(places.length, 'place')} in ${looked} ${places.length === 1 ? 'leaks, abandons or cuts' : 'leak, abandon or cut'} connections: ${one} ${where}.`
}

export function scanSummary({ summary, results }: ScanReport): string {
  const parts = [
    `${counted(summary.files, 'file')}, ${counted(summary.lines, 'line')}`,
    summary.hidden > 0
      ? `${counted(summary.hidden, 'place')} of lower severity (--severity info shows them)`
      : '',
    summary.baselined > 0 ? `${counted(summary.baselined, 'place')} in the baseline` : '',
    summary.testsSkipped > 0 ? `tests and examples left out (--tests takes them in)` : '',
  ]
  return `${results.length === 0 ? 'looked at' : 'in'} ${parts.filter((part) => part !== '').join(' · ')}`
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`
}

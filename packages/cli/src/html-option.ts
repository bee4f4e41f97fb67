import { InvalidArgumentError } from 'commander'

/** What was typed after `--html`. The answer goes to standard output: the page needs a file of its own. */
export function parseHtmlFile(typed: string): string {
  if (typed === '' || typed === '-' || typed.startsWith('--'))
    throw new InvalidArgumentError('The name of a file was wanted: --html report.html')
  return typed
}

import { Option, type Command } from 'commander'
import type { CompareFlags } from '../compare-command.ts'
import { answerOnce } from '../answer-once.ts'
import { parseHtmlFile } from '../html-option.ts'
import { parsePeer } from '../peer-option.ts'
import { parseZone } from '../zone-option.ts'

const EXAMPLES = `Examples:
  whyreset compare before/ after/                        two folders of evidence
  whyreset compare monday.json friday.pcap --markdown    a saved answer, a capture
  whyreset compare before/ after/ --exit-code --json     in CI
`
const AFTER = `
Counts are compared by time and by connections, and what chance could have done
is said. What one side has no evidence for is unclear, never gone.

Exit: 0 answered, 1 something could not be read or compared, 2 usage,
3 a cause stayed or appeared (only with --exit-code), 130 interrupted.
`

/** whyreset compare. */
export function addCompare(program: Command): void {
  program
    .command('compare')
    .summary('what went away between two runs, what stayed, what is new')
    .argument('[PATHS...]', 'two, BEFORE and AFTER: a folder, a capture, or what --json wrote')
    .usage('BEFORE AFTER [options]')
    .addOption(new Option('--json', 'the comparison as JSON (whyreset.comparison/1)').conflicts('markdown'))
    .option('--markdown', 'for a ticket')
    .option('--html <FILE>', 'also write a page: the answer, pictures, tables, in one file', parseHtmlFile)
    .addOption(new Option('--lang <LANG>', 'language of the answer').choices(['en', 'zh']).default('en'))
    .option('--peer <HOST[:PORT]>', 'only connections with this address, on both sides', parsePeer)
    .option('--log-timezone <ZONE>', 'zone of logs that print none: +08:00, Asia/Shanghai', parseZone)
    .option('--anonymize', 'hide addresses, names of hosts and files, and what was sent')
    .option('--exit-code', 'exit 3 when a cause stayed or appeared')
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', AFTER)
    .action(async (paths: string[], _flags: unknown, command: Command) => {
      answerOnce()
      const { runCompare } = await import('../compare-command.ts')
      process.exitCode = await runCompare(paths, command.optsWithGlobals<CompareFlags>())
    })
}

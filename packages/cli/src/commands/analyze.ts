import { Option, type Command } from 'commander'
import type { AnalyzeFlags } from '../analyze-command.ts'
import { answerOnce } from '../answer-once.ts'
import { parseHtmlFile } from '../html-option.ts'
import { parsePeer } from '../peer-option.ts'
import { parseTime } from '../time-option.ts'
import { parseZone } from '../zone-option.ts'

/** The default command. Its options are those of the first help too. */
export function addAnalyze(program: Command): Command {
  return program
    .command('analyze', { isDefault: true })
    .summary('say what the evidence shows (the default command)')
    .argument('[FILES...]', 'files, folders, or - for standard input')
    .addOption(
      new Option('--json', 'the whole diagnosis as JSON (whyreset.diagnosis/1)').conflicts('markdown'),
    )
    .option('--src <DIR>', 'also the lines of source there that explain it')
    .option('--markdown', 'for a ticket')
    .option('--html <FILE>', 'also write a page: the answer, pictures, tables, in one file', parseHtmlFile)
    .addOption(new Option('--lang <LANG>', 'language of the answer').choices(['en', 'zh']).default('en'))
    .option('--peer <HOST[:PORT]>', 'only connections with this address ([ADDRESS]:PORT for IPv6)', parsePeer)
    .option('--from <TIME>', 'only what happened since: 2026-11-22T14:55:21Z; UTC unless it says', parseTime)
    .option('--to <TIME>', 'only what happened until', parseTime)
    .option('--log-timezone <ZONE>', 'zone of logs that print none: +08:00, Asia/Shanghai', parseZone)
    .option('--gc-start <TIME>', 'when the process started whose GC log prints uptimes only', parseTime)
    .option('--anonymize', 'hide addresses, names of hosts and files, and what was sent')
    .option('--exit-code', 'exit 3 when something was lost')
    .action(async (paths: string[], _flags: unknown, command: Command) => {
      answerOnce()
      const { runAnalyze } = await import('../analyze-command.ts')
      process.exitCode = await runAnalyze(paths, command.optsWithGlobals<AnalyzeFlags>())
    })
}

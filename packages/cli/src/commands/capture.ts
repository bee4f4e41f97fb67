import type { Command } from 'commander'
import type { CaptureFlags } from '../capture-command.ts'
import { parseDuration, parseSize } from '../capture-options.ts'
import { parseHtmlFile } from '../html-option.ts'
import { addLiveOptions } from '../live-flags.ts'

const EXAMPLES = `Examples:
  whyreset capture my-container --until 'reset by peer'   until the log says so
  whyreset capture provider client --duration 5m          both ends, one folder
  whyreset capture pod/shop-7d4b9 -n prod --until-reset   until a reset is seen
`
const AFTER = `
Nothing is installed in the target, stopped or written to, but for what --attach
asks of a JVM. Needs root and tcpdump, and says what it does without. Ctrl-C ends
it, and the verdict follows; pressed again, nothing follows.
`

/** whyreset capture. */
export function addCapture(program: Command): void {
  addLiveOptions(
    program
      .command('capture')
      .summary('record evidence from what runs here, then say what it shows')
      .argument('[TARGET...]', 'a container, pod/NAME, a systemd unit, a pid, host, or a network namespace')
      .option('-o, --output <DIR>', 'folder to make (default: whyreset- and the time)')
      .option('--until <TEXT>', 'end some seconds after a line of a log contains this')
      .option('--until-reset', 'end some seconds after the first reset')
      .option('--duration <TIME>', 'end after 30s, 5m, 2h (default: 10m; waiting, 24h)', parseDuration)
      .option(
        '--max-size <SIZE>',
        'bound of the folder: the oldest packets go first (default: 1GB)',
        parseSize,
      ),
  )
    .option('--json', 'the whole diagnosis as JSON (whyreset.diagnosis/1)')
    .option('--html <FILE>', 'also write a page: the answer, pictures, tables, in one file', parseHtmlFile)
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', AFTER)
    .action(async (targets: string[], _flags: unknown, command: Command) => {
      const { runCapture } = await import('../capture-command.ts')
      process.exitCode = await runCapture(targets, command.optsWithGlobals<CaptureFlags>())
    })
}

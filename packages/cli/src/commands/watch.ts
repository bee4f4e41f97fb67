import type { Command } from 'commander'
import { parseDuration, parseSize } from '../capture-options.ts'
import { addLiveOptions } from '../live-flags.ts'
import type { WatchFlags } from '../watch-command.ts'
import { parseListenAddress } from '../watch-listen-address.ts'

const EXAMPLES = `Examples:
  whyreset watch my-container                             a line for each finding
  whyreset watch my-app.service -o /var/lib/whyreset      of a systemd unit
  whyreset watch host --port 443 --metrics 127.0.0.1:9411 and for Prometheus
`
const AFTER = `
Nothing is written while nothing happens. Some seconds after a reset the minutes
before it, which were in memory, become a folder of evidence. Needs root and
tcpdump. Ctrl-C ends it when what is pending is analysed; pressed again, at once.
`

/** whyreset watch, and what it runs to analyse one of its folders. */
export function addWatch(program: Command): void {
  addLiveOptions(
    program
      .command('watch')
      .summary('watch without an end: say what happens as it happens')
      .argument(
        '[TARGET...]',
        'one: a container, pod/NAME, a systemd unit, a pid, host, or a network namespace',
      )
      .usage('TARGET [options]')
      .option('-o, --output <DIR>', 'folder of the evidence folders (default: whyreset-watch)')
      .option('--json', 'one object a line (whyreset.event/1)')
      .option('--metrics <HOST:PORT>', 'serve Prometheus metrics there, under /metrics', parseListenAddress)
      .option('--ring <SIZE>', 'memory for the packets before a reset (default: 64MB)', parseSize)
      .option('--max-size <SIZE>', 'bound of all evidence: the oldest goes first (default: 1GB)', parseSize)
      .option('--max-age <TIME>', 'evidence that is older goes (default: 7d)', parseDuration),
  )
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', AFTER)
    .action(async (targets: string[], _flags: unknown, command: Command) => {
      const { runWatch } = await import('../watch-command.ts')
      process.exitCode = await runWatch(targets, command.optsWithGlobals<WatchFlags>())
    })

  // What a watch runs to analyse one of its folders.
  program
    .command('watch-episode <PATHS...>', { hidden: true })
    .option('--since <TIME>')
    .action(async (paths: string[], { since }: { since?: string }) => {
      const { runWatchEpisode } = await import('../watch-episode.ts')
      process.exitCode = await runWatchEpisode(paths, since)
    })
}

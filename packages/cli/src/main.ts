#!/usr/bin/env node
import { Command, CommanderError, Help, Option } from 'commander'
import { cleanText } from '@whyreset/report/escape'
import type { AnalyzeFlags } from './analyze-command.ts'
import type { CaptureFlags } from './capture-command.ts'
import { parseDuration, parsePort, parseSize } from './capture-options.ts'
import { addLiveOptions } from './live-flags.ts'
import type { CompareFlags } from './compare-command.ts'
import { parseHtmlFile } from './html-option.ts'
import type { LabFlags } from './lab-command.ts'
import { parsePeer } from './peer-option.ts'
import type { ScanFlags } from './scan-command.ts'
import { parseSeed } from './seed-option.ts'
import type { ServeFlags } from './serve-command.ts'
import { systemReason } from './system-reason.ts'
import { parseTime } from './time-option.ts'
import { UsageError } from './usage-error.ts'
import { VERSION } from './version.ts'
import type { WatchFlags } from './watch-command.ts'
import { parseListenAddress } from './watch-listen-address.ts'
import { parseZone } from './zone-option.ts'

const FAILED = 1
const USAGE = 2

const EXAMPLES = `Examples:
  whyreset capture.pcap gc.log ss.txt app.log    who reset connections, and why
  whyreset incident/ --markdown > ticket.md      a folder's answer for a ticket
  zstd -dc big.pcap.zst | whyreset - --json      standard input, for a program
`
const AFTER = `
Kinds are recognised by content: pcap, pcapng; garbage-collection logs of JVM,
V8, Go and .NET; ss, netstat, /proc/net/tcp; application logs; kernel traces;
nstat; and what --json wrote, to be shown again. gzip is undone, and zstd where
Node can. Nothing leaves this machine.

Exit: 0 answered, 1 something named could not be read (the rest is answered),
2 usage, 3 a cause was found (only with --exit-code), 130 interrupted.
`

const CAPTURE_EXAMPLES = `Examples:
  whyreset capture my-container --until 'reset by peer'   until the log says so
  whyreset capture provider client --duration 5m          both ends, one folder
  whyreset capture pod/shop-7d4b9 -n prod --until-reset   until a reset is seen
`
const CAPTURE_AFTER = `
Nothing is installed in the target, stopped or written to, but for what --attach
asks of a JVM. Needs root and tcpdump, and says what it does without. Ctrl-C ends
it, and the verdict follows; pressed again, nothing follows.
`

const WATCH_EXAMPLES = `Examples:
  whyreset watch my-container                             a line for each finding
  whyreset watch my-app.service -o /var/lib/whyreset      of a systemd unit
  whyreset watch host --port 443 --metrics 127.0.0.1:9411 and for Prometheus
`
const WATCH_AFTER = `
Nothing is written while nothing happens. Some seconds after a reset the minutes
before it, which were in memory, become a folder of evidence. Needs root and
tcpdump. Ctrl-C ends it when what is pending is analysed; pressed again, at once.
`

const COMPARE_EXAMPLES = `Examples:
  whyreset compare before/ after/                        two folders of evidence
  whyreset compare monday.json friday.pcap --markdown    a saved answer, a capture
  whyreset compare before/ after/ --exit-code --json     in CI
`
const COMPARE_AFTER = `
Counts are compared by time and by connections, and what chance could have done
is said. What one side has no evidence for is unclear, never gone.

Exit: 0 answered, 1 something could not be read or compared, 2 usage,
3 a cause stayed or appeared (only with --exit-code), 130 interrupted.
`

const SERVE_EXAMPLES = `Examples:
  whyreset serve                     what whyreset watch keeps, as it comes
  whyreset serve incidents/          folders of evidence, or one of them
  whyreset serve /var/lib/whyreset --port 8088
`
const SERVE_AFTER = `
Prints the address, whose token is the key to it. Only this machine is answered,
nothing is written, and nothing outside the folder is read. Ctrl-C ends it.

Exit: 0 ended, 1 it could not serve, 2 usage.
`

const SCAN_EXAMPLES = `Examples:
  whyreset scan src/                                   each line that leaks or cuts
  whyreset scan src/ --diagnosis incident/             what happened first
  whyreset scan . --sarif --baseline known.json        in CI
`
const SCAN_AFTER = `
Reads Java, TypeScript, JavaScript, Python, Go; Kotlin and C# with --rule. Left
out: node_modules, vendor, what builds made, what .gitignore names, tests. A line
with the comment   whyreset-ignore RULE: why it is fine   is left out as well.

Exit: 0 answered, 1 something named could not be read, 2 usage, 3 a place was
found (only with --exit-code), 130 interrupted.
`

const LAB_EXAMPLES = `Examples:
  whyreset lab run story                    the reference story, played here
  whyreset lab run firewall-idle --seed 7   other timings, ports and addresses
  whyreset lab record story incident/       its evidence, to analyze or to share
`
const LAB_AFTER = `
Needs root. Traffic stays in network namespaces that are made for it and removed
afterwards, whatever happens.

Exit: 0 the verdict agrees with the label, 1 it does not or it could not run,
2 usage, 130 interrupted.
`

// A reader that has seen enough (whyreset … | head) is not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  process.stderr.write(`whyreset: standard output: ${systemReason(error)}\n`)
  process.exit(FAILED)
})

// Where nobody listens to complaints, the answer still counts.
process.stderr.on('error', () => undefined)

// Each command is loaded by its own action, so that none pays for the others: see bundle() in scripts/build.mjs.
const program = new Command('whyreset')
  .description('Who reset this TCP connection, why, with what proof, and how to fix it.')
  .usage(
    '[analyze] FILES… [options]\n       whyreset capture TARGET… [options]\n       whyreset watch TARGET [options]\n       whyreset compare BEFORE AFTER [options]\n       whyreset scan PATHS… [options]\n       whyreset serve [FOLDER]\n       whyreset explain [CAUSE]\n       whyreset lab list|run NAME|record NAME DIR',
  )
  .version(VERSION, '-V, --version', 'print the version')
  .helpOption('-h, --help', 'print this help')
  .option('--no-color', 'no colour (also: NO_COLOR; FORCE_COLOR for the opposite)')
  .addHelpText('before', EXAMPLES)
  .addHelpText('after', AFTER)
  .exitOverride()
  .configureOutput({
    outputError: (text, write) => {
      for (const line of text.trimEnd().split('\n'))
        write(`${cleanText(line.replace(/^error: /, 'whyreset: '))}\n`)
    },
  })

const analyze = program
  .command('analyze', { isDefault: true })
  .summary('say what the evidence shows (the default command)')
  .argument('[FILES...]', 'files, folders, or - for standard input')
  .addOption(new Option('--json', 'the whole diagnosis as JSON (whyreset.diagnosis/1)').conflicts('markdown'))
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
  .option('--exit-code', 'exit 3 when a cause was found')
  .action(async (paths: string[], _flags: unknown, command: Command) => {
    const { runAnalyze } = await import('./analyze-command.ts')
    process.exitCode = await runAnalyze(paths, command.optsWithGlobals<AnalyzeFlags>())
  })

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
  .addHelpText('before', COMPARE_EXAMPLES)
  .addHelpText('after', COMPARE_AFTER)
  .action(async (paths: string[], _flags: unknown, command: Command) => {
    const { runCompare } = await import('./compare-command.ts')
    process.exitCode = await runCompare(paths, command.optsWithGlobals<CompareFlags>())
  })

program
  .command('scan')
  .summary('the lines of code that leak, abandon or cut connections')
  .argument('[PATHS...]', 'folders or files of source')
  .addOption(new Option('--json', 'the places as JSON (whyreset.scan/1)').conflicts(['markdown', 'sarif']))
  .addOption(new Option('--sarif', 'as SARIF 2.1.0, for code scanning').conflicts('markdown'))
  .option('--markdown', 'for a ticket')
  .option('--diagnosis <PATH>', 'a folder of evidence, or what --json wrote: what happened comes first')
  .option('--rule <ID...>', 'only these rules; those that are off by default too')
  .addOption(
    new Option('--severity <LEAST>', 'the least that is shown')
      .choices(['error', 'warning', 'info'])
      .default('warning'),
  )
  .option('--tests', 'tests and examples too')
  .option('--baseline <FILE>', 'leave out what --write-baseline wrote there')
  .option('--write-baseline <FILE>', 'write what is found now to a file, instead of showing it')
  .option('--exit-code', 'exit 3 when a place was found')
  .addHelpText('before', SCAN_EXAMPLES)
  .addHelpText('after', SCAN_AFTER)
  .action(async (paths: string[], _flags: unknown, command: Command) => {
    const { runScan } = await import('./scan-command.ts')
    process.exitCode = await runScan(paths, command.optsWithGlobals<ScanFlags>())
  })

program
  .command('explain')
  .summary('what a cause is, how to confirm and how to fix it')
  .argument('[CAUSE]', 'an id such as garbage-collected; without one, all are listed')
  .action(async (cause: string | undefined, _flags: unknown, command: Command) => {
    const { runExplain } = await import('./explain-command.ts')
    runExplain(cause, command.optsWithGlobals<{ color: boolean }>())
  })

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
  .addHelpText('before', CAPTURE_EXAMPLES)
  .addHelpText('after', CAPTURE_AFTER)
  .action(async (targets: string[], _flags: unknown, command: Command) => {
    const { runCapture } = await import('./capture-command.ts')
    process.exitCode = await runCapture(targets, command.optsWithGlobals<CaptureFlags>())
  })

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
  .addHelpText('before', WATCH_EXAMPLES)
  .addHelpText('after', WATCH_AFTER)
  .action(async (targets: string[], _flags: unknown, command: Command) => {
    const { runWatch } = await import('./watch-command.ts')
    process.exitCode = await runWatch(targets, command.optsWithGlobals<WatchFlags>())
  })

// What a watch runs to analyse one of its folders.
program.command('watch-episode <PATHS...>', { hidden: true }).action(async (paths: string[]) => {
  const { runWatchEpisode } = await import('./watch-episode.ts')
  process.exitCode = await runWatchEpisode(paths)
})

const lab = program.command('lab').summary('make resets happen here, and see whether whyreset is right')
const seed = () => new Option('--seed <N>', 'varies timings, sizes, counts, ports, addresses').default(1)

lab
  .command('list', { isDefault: true })
  .summary('the scenarios, their causes, and what each needs')
  .action(async (_flags: unknown, command: Command) => {
    const { runLabList } = await import('./lab-command.ts')
    process.exitCode = runLabList(command.optsWithGlobals<LabFlags>())
  })

lab
  .command('run')
  .summary('make one happen, and print the verdict beside the label')
  .argument('<NAME>', 'a scenario of whyreset lab list')
  .addOption(seed().argParser(parseSeed))
  .option('--json', 'the label, the reasons of the kernel and the diagnosis, as JSON')
  .addHelpText('before', LAB_EXAMPLES)
  .addHelpText('after', LAB_AFTER)
  .action(async (name: string, _flags: unknown, command: Command) => {
    const { runLabRun } = await import('./lab-command.ts')
    process.exitCode = await runLabRun(name, command.optsWithGlobals<LabFlags>())
  })

lab
  .command('record')
  .summary('make one happen, and keep its evidence with the label')
  .argument('<NAME>', 'a scenario of whyreset lab list')
  .argument('<DIR>', 'the folder to make')
  .addOption(seed().argParser(parseSeed))
  .addHelpText('after', LAB_AFTER)
  .action(async (name: string, directory: string, _flags: unknown, command: Command) => {
    const { runLabRecord } = await import('./lab-command.ts')
    process.exitCode = await runLabRecord(name, directory, command.optsWithGlobals<LabFlags>())
  })

program
  .command('serve')
  .summary('look at kept evidence in a browser on this machine')
  .argument('[FOLDER]', 'what whyreset watch keeps, or any folder of evidence (default: whyreset-watch)')
  .option('--port <N>', 'port on 127.0.0.1 (default: a free one)', parsePort)
  .addHelpText('before', SERVE_EXAMPLES)
  .addHelpText('after', SERVE_AFTER)
  .action(async (folder: string | undefined, _flags: unknown, command: Command) => {
    const { runServe } = await import('./serve-command.ts')
    process.exitCode = await runServe(folder, command.optsWithGlobals<ServeFlags>())
  })

// The options that are used most belong to the default command: the first help shows them too.
const help = new Help()
program.configureHelp({
  visibleOptions: (command) => [
    ...(command === program ? analyze.options : []),
    ...help.visibleOptions(command),
  ],
})

// A single executable has no file beside it: there the guardian of a capture is the program itself.
const guarded = process.env['WHYRESET_GUARDIAN']

// In the single executable this is a CommonJS script, which cannot await outside a function.
void run()

async function run(): Promise<void> {
  try {
    if (guarded === undefined) await program.parseAsync()
    else {
      const { runGuardian } = await import('@whyreset/gather')
      await runGuardian(guarded)
    }
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USAGE
    else if (error instanceof UsageError) {
      process.stderr.write(`whyreset: ${error.message}\n`)
      process.exitCode = USAGE
    } else {
      process.stderr.write(`whyreset: a fault of whyreset itself: ${cleanText(systemReason(error))}\n`)
      process.exitCode = FAILED
    }
  }
}

import { Command, CommanderError, Help } from 'commander'
import { cleanText } from '@whyreset/report/escape'
import { addAnalyze } from './commands/analyze.ts'
import { addCapture } from './commands/capture.ts'
import { addCompare } from './commands/compare.ts'
import { addExplain } from './commands/explain.ts'
import { addLab } from './commands/lab.ts'
import { addScan } from './commands/scan.ts'
import { addServe } from './commands/serve.ts'
import { addWatch } from './commands/watch.ts'
import { systemReason } from './system-reason.ts'
import { UsageError } from './usage-error.ts'
import { VERSION } from './version.ts'

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

const analyze = addAnalyze(program)
addCompare(program)
addScan(program)
addExplain(program)
addCapture(program)
addWatch(program)
addLab(program)
addServe(program)

// The options that are used most belong to the default command: the first help shows them too. Only while it is
// written: what visibleOptions says is also what an unknown option of any command may have been meant as.
const help = new Help()
program.configureHelp({
  formatHelp: (command, helper) => {
    helper.visibleOptions = (shown) => [
      ...(shown === program ? analyze.options : []),
      ...help.visibleOptions(shown),
    ]
    return help.formatHelp(command, helper)
  },
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

#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { HotloadError } from '../errors.ts'
import type { FolderFlags, PublishFlags } from './publish-command.ts'
import type { ServeFlags } from './serve-command.ts'
import type { SyncFlags } from './sync-command.ts'
import { complain } from './terminal.ts'
import { UsageError } from './usage-error.ts'
import type { VerifyFlags } from './verify-command.ts'

const FAILED = 1
const USAGE = 2

const EXAMPLES = `Examples:
  hotload publish build/rules.jar --name rules --version 1.4.2
  hotload serve releases --port 8080
  hotload sync http://provider:8080/rules --to /srv/app/lib --trust rules.pub
`
const AFTER = `
Exit: 0 done, 1 it could not be done, 2 usage, 130 interrupted.
`
const SYNC_EXAMPLES = `Examples:
  hotload sync http://provider:8080/rules --to lib --trust rules.pub
  hotload sync http://files/rules.jar --to lib --plain --every 5m
  hotload sync http://provider:8080/rules --to lib --trust rules.pub --exec systemctl reload app
`
const SYNC_AFTER = `
A file is replaced by rename; an archive becomes the link DIR/current to a tree.
--exec is last: all that follows is the program and its arguments, and no shell
is involved. It is run after each change with HOTLOAD_NAME, HOTLOAD_VERSION and
HOTLOAD_PATH. When it fails the old file is put back, and it is run once more with
HOTLOAD_RETURNED=1. Ctrl-C closes the connections in good order.
`

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough is not a failure.
  process.exit(error.code === 'EPIPE' ? 0 : FAILED)
})
process.stderr.on('error', () => undefined)

const { args, exec } = withoutExec(process.argv.slice(2))

// Each command is loaded by its own action, so that none pays for the others.
const program = new Command('hotload')
  .description('Serves packages to running programs, and keeps them up to date there.')
  .version(versionOf(), '-V, --version', 'print the version')
  .helpOption('-h, --help', 'print this help')
  .addHelpText('before', EXAMPLES)
  .addHelpText('after', AFTER)
  .exitOverride()
  .configureOutput({
    outputError: (text) => {
      for (const line of text.trimEnd().split('\n')) complain(line.replace(/^error: /, ''))
    },
  })
  // `hotload publish --version 1.0.0` is the version of the package.
  .enablePositionalOptions()

const json = (): Option => new Option('--json', 'for programs: one JSON object a line')
const releases = (): Option => new Option('--dir <DIR>', 'folder of the releases').default('releases')
const trust = (): Option =>
  new Option('--trust <KEY>', 'a public key, or its file; several times for several').argParser(
    (typed: string, before?: readonly string[]) => [...(before ?? []), typed],
  )
const threshold = (): Option =>
  new Option('--threshold <N>', 'so many of the keys must have signed').argParser(parseCount)

program
  .command('serve')
  .summary('be a provider for a folder of releases')
  .argument('<DIR>', 'folder of the releases')
  .option('--port <PORT>', 'to listen on', parsePort, 8080)
  .option('--host <ADDRESS>', 'to listen at; 0.0.0.0 for all networks', '127.0.0.1')
  .option('--key <FILE>', 'the key that signs', 'hotload.key')
  .option('--tls-cert <FILE>', 'serve https, with this certificate')
  .option('--tls-key <FILE>', 'and its key')
  .addOption(json())
  .action(async (dir: string, flags: ServeFlags) => {
    const { runServe } = await import('./serve-command.ts')
    process.exitCode = await runServe(dir, flags)
  })

program
  .command('publish')
  .summary('offer a file or a folder as the newest version')
  .argument('<FILE|DIR>', 'a file is offered as it is, .tgz and folders as archives')
  .requiredOption('--name <NAME>', 'of the package')
  .addOption(new Option('--version <VERSION>', 'semantic, such as 1.4.2').makeOptionMandatory())
  .addOption(releases())
  .option('--host <RANGE>', 'versions of the program that can load it, such as ^2.0')
  .option('--rollout <SHARE>', 'share of clients that get it, 0 to 1', parseShare)
  .option('--entry <PATH>', 'the module inside')
  .option('--expires <TIME>', 'how long a signature holds, such as 7d')
  .addOption(json())
  .action(async (source: string, { version, ...flags }: PublishFlags & { readonly version: string }) => {
    const { runPublish } = await import('./publish-command.ts')
    process.exitCode = await runPublish(source, { ...flags, release: version })
  })

program
  .command('retract')
  .summary('take a version back: clients return to the one before')
  .argument('<NAME>', 'of the package')
  .argument('[VERSION]', 'the one that is offered where it is left out')
  .addOption(releases())
  .addOption(json())
  .action(async (name: string, version: string | undefined, flags: FolderFlags) => {
    const { runRetract } = await import('./publish-command.ts')
    process.exitCode = await runRetract(name, version, flags)
  })

program
  .command('return')
  .summary('offer an older version again, under a new number')
  .argument('<NAME>', 'of the package')
  .argument('<VERSION>', 'to return to')
  .addOption(releases())
  .addOption(json())
  .action(async (name: string, version: string, flags: FolderFlags) => {
    const { runReturn } = await import('./publish-command.ts')
    process.exitCode = await runReturn(name, version, flags)
  })

program
  .command('rollout')
  .summary('offer the newest version to another share of the clients')
  .argument('<NAME>', 'of the package')
  .argument('<SHARE>', '0 to 1', parseShare)
  .addOption(releases())
  .addOption(json())
  .action(async (name: string, share: number, flags: FolderFlags) => {
    const { runRollout } = await import('./publish-command.ts')
    process.exitCode = await runRollout(name, share, flags)
  })

program
  .command('sync')
  .summary('keep a file or a tree up to date, for programs in any language')
  .argument('<URL>', 'http://HOST/NAME of a provider, or with --plain of a file')
  .requiredOption('--to <DIR>', 'folder that it is kept in')
  .option('--every <TIME>', 'mean time between two checks', '30s')
  .addOption(trust())
  .addOption(threshold())
  .option('--push', 'wait at the provider: changes come at once')
  .option('--plain', 'the URL is a file on any web server; nothing is signed')
  .option('--sha512 <HEX>', 'with --plain: the only content that is taken')
  .option('--once', 'check once, and end')
  .option('--exec-timeout <TIME>', 'for the program of --exec', '60s')
  .addOption(json())
  .usage('URL --to DIR [options] [--exec PROGRAM ARGUMENTS…]')
  .addHelpText('before', SYNC_EXAMPLES)
  .addHelpText('after', SYNC_AFTER)
  .action(async (url: string, flags: SyncFlags) => {
    const { runSync } = await import('./sync-command.ts')
    process.exitCode = await runSync(url, exec ?? [], flags)
  })

program
  .command('status')
  .summary('what a folder of sync, a store or a folder of releases holds')
  .argument('<DIR>', 'any of the three')
  .addOption(json())
  .action(async (dir: string, flags: { readonly json?: boolean }) => {
    const { runStatus } = await import('./status-command.ts')
    process.exitCode = await runStatus(dir, flags)
  })

program
  .command('keygen')
  .summary('make a pair of keys: NAME.key signs, NAME.pub goes to the clients')
  .argument('[NAME]', 'of the files', 'hotload')
  .addOption(json())
  .action(async (name: string, flags: { readonly json?: boolean }) => {
    const { runKeygen } = await import('./key-files.ts')
    process.exitCode = await runKeygen(name, flags)
  })

program
  .command('verify')
  .summary('fetch what a provider offers, and say whether a client would take it')
  .argument('<URL>', 'http://HOST/NAME')
  .addOption(trust())
  .addOption(threshold())
  .addOption(json())
  .action(async (url: string, flags: VerifyFlags) => {
    const { runVerify } = await import('./verify-command.ts')
    process.exitCode = await runVerify(url, flags)
  })

try {
  if (exec !== undefined && args[0] !== 'sync') throw new UsageError('--exec belongs to hotload sync')
  if (exec?.length === 0) throw new UsageError('--exec names no program: --exec systemctl reload app')
  await program.parseAsync(args, { from: 'user' })
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USAGE
  else {
    complain(error instanceof Error ? error.message : String(error))
    process.exitCode = error instanceof UsageError ? USAGE : FAILED
    if (!(error instanceof UsageError || error instanceof HotloadError || isOfSystem(error)))
      complain('this is a fault of hotload itself')
  }
}

/** All after `--exec` belongs to the program that is run. */
function withoutExec(typed: readonly string[]): {
  readonly args: readonly string[]
  readonly exec: readonly string[] | undefined
} {
  const at = typed.indexOf('--exec')
  return at < 0 ? { args: typed, exec: undefined } : { args: typed.slice(0, at), exec: typed.slice(at + 1) }
}

function isOfSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}

function versionOf(): string {
  const found: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  const isNamed = typeof found === 'object' && found !== null && 'version' in found
  return isNamed && typeof found.version === 'string' ? found.version : 'unknown'
}

function parsePort(typed: string): number {
  const port = /^\d{1,5}$/.test(typed) ? Number(typed) : -1
  if (port < 0 || port > 65_535) throw new InvalidArgumentError('A port from 0 to 65535 was wanted.')
  return port
}

function parseShare(typed: string): number {
  const share = /^\d+(\.\d+)?%?$/.test(typed)
    ? Number.parseFloat(typed) / (typed.endsWith('%') ? 100 : 1)
    : -1
  if (share < 0 || share > 1) throw new InvalidArgumentError('A share from 0 to 1 was wanted, or 0% to 100%.')
  return share
}

function parseCount(typed: string): number {
  if (!/^[1-9]\d?$/.test(typed)) throw new InvalidArgumentError('A whole number from 1 on was wanted.')
  return Number(typed)
}

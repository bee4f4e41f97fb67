import type { Command } from 'commander'
import { parsePort } from '../capture-options.ts'
import type { ServeFlags } from '../serve-command.ts'

const EXAMPLES = `Examples:
  whyreset serve                     what whyreset watch keeps, as it comes
  whyreset serve incidents/          folders of evidence, or one of them
  whyreset serve /var/lib/whyreset --port 8088
`
const AFTER = `
Prints the address, whose token is the key to it. Only this machine is answered,
nothing is written, and nothing outside the folder is read. Ctrl-C ends it.

Exit: 0 ended, 1 it could not serve, 2 usage.
`

/** whyreset serve. */
export function addServe(program: Command): void {
  program
    .command('serve')
    .summary('look at kept evidence in a browser on this machine')
    .argument('[FOLDER]', 'what whyreset watch keeps, or any folder of evidence (default: whyreset-watch)')
    .option('--port <N>', 'port on 127.0.0.1 (default: a free one)', parsePort)
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', AFTER)
    .action(async (folder: string | undefined, _flags: unknown, command: Command) => {
      const { runServe } = await import('../serve-command.ts')
      process.exitCode = await runServe(folder, command.optsWithGlobals<ServeFlags>())
    })
}

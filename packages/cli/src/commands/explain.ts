import type { Command } from 'commander'

/** whyreset explain. */
export function addExplain(program: Command): void {
  program
    .command('explain')
    .summary('what a cause is, how to confirm and how to fix it')
    .argument('[CAUSE]', 'an id such as garbage-collected; without one, all are listed')
    .action(async (cause: string | undefined, _flags: unknown, command: Command) => {
      const { runExplain } = await import('../explain-command.ts')
      runExplain(cause, command.optsWithGlobals<{ color: boolean }>())
    })
}

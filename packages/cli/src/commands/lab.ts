import { Option, type Command } from 'commander'
import type { LabFlags } from '../lab-command.ts'
import { parseSeed } from '../seed-option.ts'

const EXAMPLES = `Examples:
  whyreset lab run story                    the reference story, played here
  whyreset lab run firewall-idle --seed 7   other timings, ports and addresses
  whyreset lab record story incident/       its evidence, to analyze or to share
`
const AFTER = `
Needs root. Traffic stays in network namespaces that are made for it and removed
afterwards, whatever happens.

Exit: 0 the verdict agrees with the label, 1 it does not or it could not run,
2 usage, 130 interrupted.
`

const seed = (): Option =>
  new Option('--seed <N>', 'varies timings, sizes, counts, ports, addresses').default(1).argParser(parseSeed)

/** whyreset lab list, run and record. */
export function addLab(program: Command): void {
  const lab = program.command('lab').summary('make resets happen here, and see whether whyreset is right')

  lab
    .command('list', { isDefault: true })
    .summary('the scenarios, their causes, and what each needs')
    // Whatever is no command of lab comes here.
    .allowExcessArguments()
    .action(async (_flags: unknown, command: Command) => {
      const { runLabList } = await import('../lab-command.ts')
      process.exitCode = runLabList(command.args, command.optsWithGlobals<LabFlags>())
    })

  lab
    .command('run')
    .summary('make one happen, and print the verdict beside the label')
    .argument('<NAME>', 'a scenario of whyreset lab list')
    .addOption(seed())
    .option('--json', 'the label, the reasons of the kernel and the diagnosis, as JSON')
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', AFTER)
    .action(async (name: string, _flags: unknown, command: Command) => {
      const { runLabRun } = await import('../lab-command.ts')
      process.exitCode = await runLabRun(name, command.optsWithGlobals<LabFlags>())
    })

  lab
    .command('record')
    .summary('make one happen, and keep its evidence with the label')
    .argument('<NAME>', 'a scenario of whyreset lab list')
    .argument('<DIR>', 'the folder to make')
    .addOption(seed())
    .addHelpText('after', AFTER)
    .action(async (name: string, directory: string, _flags: unknown, command: Command) => {
      const { runLabRecord } = await import('../lab-command.ts')
      process.exitCode = await runLabRecord(name, directory, command.optsWithGlobals<LabFlags>())
    })
}

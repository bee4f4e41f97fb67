import { Option, type Command } from 'commander'
import type { ScanFlags } from '../scan-command.ts'

const EXAMPLES = `Examples:
  whyreset scan src/                                   each line that leaks or cuts
  whyreset scan src/ --diagnosis incident/             what happened first
  whyreset scan . --sarif --baseline known.json        in CI
`
const AFTER = `
Reads Java, TypeScript, JavaScript, Python, Go; Kotlin and C# with --rule. Left
out: node_modules, vendor, what builds made, what .gitignore names, tests. A line
with the comment   whyreset-ignore RULE: why it is fine   is left out as well.

Exit: 0 answered, 1 something named could not be read, 2 usage, 3 a place was
found (only with --exit-code), 130 interrupted.
`

/** whyreset scan. */
export function addScan(program: Command): void {
  program
    .command('scan')
    .summary('the lines of code that leak, abandon or cut connections')
    .argument('[PATHS...]', 'folders or files of source')
    .addOption(new Option('--json', 'the places as JSON (whyreset.scan/1)').conflicts(['markdown', 'sarif']))
    .addOption(new Option('--sarif', 'as SARIF 2.1.0, for code scanning').conflicts('markdown'))
    .option('--markdown', 'for a ticket')
    .addOption(new Option('--lang <LANG>', 'language of the answer').choices(['en', 'zh']).default('en'))
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
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', AFTER)
    .action(async (paths: string[], _flags: unknown, command: Command) => {
      const { runScan } = await import('../scan-command.ts')
      process.exitCode = await runScan(paths, command.optsWithGlobals<ScanFlags>())
    })
}

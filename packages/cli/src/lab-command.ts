import type { Finding } from '@whyreset/core'
import { makeGuardedFolder, RecordError, startGuardian } from '@whyreset/gather'
import {
  compareWithTruth,
  LabError,
  listScenarios,
  recordScenario,
  type Agreement,
  type ListedScenario,
  type RecordedScenario,
  type TrueFinding,
} from '@whyreset/lab'
import { cleanShort, cleanText } from '@whyreset/report/escape'
import { closest } from './closest.ts'
import { complain } from './complain.ts'
import { readEvidence } from './read-evidence.ts'
import { render } from './render.ts'
import { stylerFor } from './terminal-style.ts'
import { UsageError } from './usage-error.ts'

const ANSWERED = 0
const COULD_NOT = 1
const INTERRUPTED = 130

const AGREEMENT: Readonly<Record<Agreement, string>> = {
  agrees: 'the verdict agrees with the label',
  'counts-differ': 'the verdict names the cause, and counts other connections than the label',
  disagrees: 'the verdict disagrees with the label',
}
const COMMANDS = ['list', 'run', 'record']
/** UTF-16 units of a mistyped name that the error repeats. */
const MAX_TYPED_LENGTH = 60

export interface LabFlags {
  readonly seed: number
  readonly color: boolean
  /** `lab run`: one object in place of the text. */
  readonly json?: boolean
}

/** Prints the scenarios, what each needs, and what is missing here. */
export function runLabList([mistyped]: readonly string[], { color }: { readonly color: boolean }): number {
  if (mistyped !== undefined) throw new UsageError(noSuchCommand(mistyped))
  const style = stylerFor(process.stdout, color)
  const scenarios = listScenarios()
  const nameColumns = Math.max(...scenarios.map(({ name }) => name.length)) + 2
  const causeColumns = Math.max(...scenarios.map(({ cause }) => cause.length)) + 2
  const rows = scenarios.map(({ name, cause, needs, missing }) => {
    const here = missing.length === 0 ? needs.join(', ') : style('yellow', `missing: ${missing.join(', ')}`)
    return `  ${name.padEnd(nameColumns)}${style('dim', cause.padEnd(causeColumns))}${here}`.trimEnd()
  })
  const able = scenarios.filter(({ missing }) => missing.length === 0).length
  process.stdout.write(`${able} of ${scenarios.length} scenarios can run here.

${style('bold', `  ${'scenario'.padEnd(nameColumns)}${'cause'.padEnd(causeColumns)}needs`)}
${rows.join('\n')}

whyreset lab run NAME makes one happen and says what whyreset makes of it.
`)
  return ANSWERED
}

function noSuchCommand(typed: string): string {
  const isScenario = listScenarios().some(({ name }) => name === typed)
  const meant = isScenario ? `run ${typed}` : closest(typed, COMMANDS)
  const advice = meant === undefined ? 'list, run and record are' : `Did you mean whyreset lab ${meant}?`
  return `'${cleanShort(typed, MAX_TYPED_LENGTH)}' is no command of lab\n(${advice})`
}

/** Makes a scenario happen, diagnoses its recording, and prints the verdict beside the label. Gives the exit code. */
export async function runLabRun(name: string, flags: LabFlags): Promise<number> {
  if (!canRun(name)) return COULD_NOT
  const guardian = await startGuardian()
  try {
    const { path: directory } = makeGuardedFolder(guardian, 'whyreset-lab-run-')
    return await untilInterrupted(async (signal) => {
      const recorded = await record(name, directory, flags, signal)
      if (recorded === undefined) return COULD_NOT
      const { diagnosis, complaints } = await readEvidence([directory], {}, signal)
      for (const line of complaints) complain(line)
      if (diagnosis === undefined) return COULD_NOT
      const agreement = compareWithTruth(recorded.truth, diagnosis.findings)
      process.stdout.write(
        flags.json === true
          ? `${JSON.stringify({ scenario: name, seed: flags.seed, agreement, truth: recorded.truth, kernel: recorded.kernel, diagnosis }, null, 2)}\n`
          : `${render(diagnosis, { lang: 'en', color: flags.color })}\n${labelLines(recorded, diagnosis.findings, agreement)}`,
      )
      return agreement === 'agrees' ? ANSWERED : COULD_NOT
    })
  } finally {
    await guardian.close()
  }
}

/** Makes a scenario happen and keeps its recording, with its label, in `directory`. Gives the exit code. */
export async function runLabRecord(name: string, directory: string, flags: LabFlags): Promise<number> {
  if (!canRun(name)) return COULD_NOT
  return untilInterrupted(async (signal) => {
    const recorded = await record(name, directory, flags, signal)
    if (recorded === undefined) return COULD_NOT
    process.stdout.write(
      `${cleanText(recorded.directory)}: ${counted(recorded.truth.findings)}\n${kernelLines(recorded)}`,
    )
    return ANSWERED
  })
}

async function record(
  name: string,
  directory: string,
  { seed }: LabFlags,
  signal: AbortSignal,
): Promise<RecordedScenario | undefined> {
  complain(`${name}, seed ${seed}: it takes some seconds, in network namespaces of its own`)
  try {
    const recorded = await recordScenario(name, directory, { seed, signal })
    for (const { what, because, without } of recorded.summary.missing)
      complain(`without ${what}: ${because}; ${without}`)
    for (const error of recorded.leftBehind)
      complain(`not removed: ${error instanceof Error ? error.message : String(error)}`)
    return recorded
  } catch (error) {
    if (!(error instanceof LabError || error instanceof RecordError)) throw error
    complain(error.message)
    return undefined
  }
}

/** Says what it needs and lacks. */
function canRun(name: string): boolean {
  const { missing } = scenarioCalled(name)
  if (missing.length > 0) complain(`${name} needs ${missing.join(', ')}`)
  return missing.length === 0
}

function scenarioCalled(name: string): ListedScenario {
  const scenarios = listScenarios()
  const found = scenarios.find((scenario) => scenario.name === name)
  if (found !== undefined) return found
  const names = scenarios.map((scenario) => scenario.name)
  const meant = closest(name, names)
  const advice = meant === undefined ? '"whyreset lab list" lists them' : `Did you mean ${meant}?`
  throw new UsageError(`no scenario is called '${cleanShort(name, MAX_TYPED_LENGTH)}'\n(${advice})`)
}

function labelLines(recorded: RecordedScenario, findings: readonly Finding[], agreement: Agreement): string {
  const { truth } = recorded
  return `label    ${counted(truth.findings)}
verdict  ${counted(findings)}
${kernelLines(recorded)}
${AGREEMENT[agreement]}
`
}

function kernelLines({ kernel }: RecordedScenario): string {
  return kernel
    .map(({ connections, reason, from }) => `kernel   ${connections} × ${reason} by ${from}\n`)
    .join('')
}

function counted(findings: readonly TrueFinding[]): string {
  if (findings.length === 0) return 'nothing to report'
  return findings
    .map(({ connections, cause, resetBy }) => `${connections} × ${cause} by ${resetBy}`)
    .join(', ')
}

/** The first Ctrl-C removes what was made and ends; after the second the guardian does it. */
async function untilInterrupted(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const interruption = new AbortController()
  const { signal } = interruption
  const interrupt = (): void => {
    if (signal.aborted) process.exit(INTERRUPTED)
    complain('ending: everything that was made is removed')
    interruption.abort()
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const one of signals) process.on(one, interrupt)
  try {
    return await work(signal)
  } catch (error) {
    if (signal.aborted) return INTERRUPTED
    throw error
  } finally {
    for (const one of signals) process.off(one, interrupt)
  }
}

import { statSync } from 'node:fs'
import { analyze, type Diagnosis, type Input } from '@whyreset/core'
import { cleanShort, cleanText } from '@whyreset/report/escape'
import { pageIds } from './cause-pages.ts'
import { closest } from './closest.ts'
import { couldNotRead } from './could-not-read.ts'
import { evidenceTime } from './evidence-time.ts'
import { isSaved } from './is-saved.ts'
import { openPaths } from './open-paths.ts'
import { addProblems, closeAll } from './opened-input.ts'
import { readBeside } from './parallel.ts'
import type { Peer } from './peer-option.ts'
import { createProgress } from './progress.ts'
import type { ReportFlags } from './render.ts'
import { UsageError } from './usage-error.ts'
import { isSameAllYear, type Zone } from './zone-option.ts'

const ANSWERED = 0
const COULD_NOT = 1
const FOUND = 3
const INTERRUPTED = 130

/** What a name that is no file may have been meant as. */
const COMMANDS = ['analyze', 'explain', 'help']
/** UTF-16 units of a name that an error repeats. */
const MAX_NAME_LENGTH = 300

export interface AnalyzeFlags extends ReportFlags {
  readonly peer?: Peer
  readonly from?: number
  readonly to?: number
  readonly logTimezone?: Zone
  readonly gcStart?: number
  readonly exitCode?: true
}

/**
 * Reads what `paths` name and writes the answer to stdout, everything else to stderr. Gives the exit code. The first
 * Ctrl-C ends the reading, and what is known by then is answered; the second one ends the process.
 */
export async function runAnalyze(paths: readonly string[], flags: AnalyzeFlags): Promise<number> {
  if (paths.length === 0)
    throw new UsageError(
      'name at least one file or folder, or - for standard input\n(whyreset --help shows examples)',
    )
  refuseMistypedCommand(paths)
  if (flags.from !== undefined && flags.to !== undefined && flags.from > flags.to)
    throw new UsageError('--from is later than --to')
  const interruption = new AbortController()
  const { signal } = interruption
  const interrupt = (): void => {
    interruption.abort()
  }
  process.once('SIGINT', interrupt)
  const named = openPaths(paths, signal)
  const inputs = named.flatMap((evidence) => evidence.inputs)
  try {
    const [only] = inputs
    if (inputs.length === 1 && only !== undefined && (await isSaved(only)))
      return await showSaved(only, flags)
    const diagnosis = addProblems(await readWithProgress(inputs, flags, signal), inputs)
    const { lines, isNothingRead } = couldNotRead(named, diagnosis)
    const isInterrupted = signal.aborted
    if (!isInterrupted) for (const line of lines) complain(line)
    else if (isNothingRead) complain('interrupted before anything was read')
    else complain('interrupted: this is what was known by then')
    if (!isNothingRead) await print(diagnosis, flags)
    if (isInterrupted) return INTERRUPTED
    return lines.length > 0 ? COULD_NOT : answered(diagnosis, flags)
  } finally {
    process.off('SIGINT', interrupt)
    closeAll(inputs)
  }
}

async function readWithProgress(
  inputs: readonly Input[],
  flags: AnalyzeFlags,
  signal: AbortSignal,
): Promise<Diagnosis> {
  const progress = createProgress(process.stderr)
  const { peer, from, to, gcStart, logTimezone } = flags
  const logZoneMinutes = logTimezone === undefined ? undefined : await zoneMinutes(logTimezone, inputs, flags)
  const { diagnosis } = await analyze(inputs, {
    ...(peer === undefined ? {} : { peer }),
    ...(from === undefined ? {} : { fromUnixMs: from }),
    ...(to === undefined ? {} : { toUnixMs: to }),
    ...(gcStart === undefined ? {} : { gcStartMs: gcStart }),
    ...(logZoneMinutes === undefined ? {} : { logZoneMinutes }),
    onProgress: ({ input, ...step }) => {
      progress.show({ name: inputs[input]?.name ?? '', ...step })
    },
    isInterrupted: () => signal.aborted,
    readBeside,
  }).finally(() => {
    progress.clear()
  })
  return diagnosis
}

/** A named zone may have a summer time: what counts is the season of the evidence. */
async function zoneMinutes(zone: Zone, inputs: readonly Input[], flags: AnalyzeFlags): Promise<number> {
  const unixMs = zone.isFixed ? 0 : (flags.from ?? flags.to ?? (await evidenceTime(inputs)))
  if (unixMs !== undefined) return zone.minutesAt(unixMs)
  if (isSameAllYear(zone, Date.now())) return zone.minutesAt(Date.now())
  throw new UsageError(
    '--log-timezone: this zone has a summer time, and nothing says which season it was: give the offset (+02:00)',
  )
}

/** The answer of an earlier run, which `--json` wrote. */
async function showSaved(input: Input, flags: AnalyzeFlags): Promise<number> {
  const { readSaved } = await import('./saved-diagnosis.ts')
  const saved = await readSaved(input)
  if (saved.ok) {
    await print(saved.diagnosis, flags)
    return answered(saved.diagnosis, flags)
  }
  complain(`${cleanShort(input.name, MAX_NAME_LENGTH)}: ${saved.complaint}`)
  return COULD_NOT
}

async function print(diagnosis: Diagnosis, flags: AnalyzeFlags): Promise<void> {
  const { render } = await import('./render.ts')
  process.stdout.write(render(diagnosis, flags))
}

function answered(diagnosis: Diagnosis, flags: AnalyzeFlags): number {
  const isFound = diagnosis.findings.some(({ severity }) => severity !== 'info')
  return flags.exitCode === true && isFound ? FOUND : ANSWERED
}

/** `whyreset explian …` names no file: say so before a missing file is complained of. */
function refuseMistypedCommand([first = '']: readonly string[]): void {
  if (!/^[a-z-]+$/.test(first) || statSync(first, { throwIfNoEntry: false }) !== undefined) return
  const meant = pageIds().includes(first) ? `explain ${first}` : closest(first, COMMANDS)
  if (meant === undefined || first === '-') return
  const typed = cleanShort(first, MAX_NAME_LENGTH)
  throw new UsageError(`'${typed}' is neither a command nor a file\n(Did you mean whyreset ${meant}?)`)
}

function complain(line: string): void {
  process.stderr.write(`whyreset: ${cleanText(line)}\n`)
}

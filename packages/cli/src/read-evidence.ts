import { setImmediate } from 'node:timers/promises'
import { analyze, type AnalyzeOptions, type Diagnosis, type Exhibits, type Input } from '@whyreset/core'
import { cleanShort } from '@whyreset/report/escape'
import { noteRead } from './answer-once.ts'
import { couldNotRead, type CouldNotRead } from './could-not-read.ts'
import { evidenceTime } from './evidence-time.ts'
import { lookForSaved } from './is-saved.ts'
import { keptInput } from './kept-input.ts'
import { openPaths, type NamedEvidence } from './open-paths.ts'
import { addProblems, closeAll } from './opened-input.ts'
import type { Peer } from './peer-option.ts'
import { createProgress } from './progress.ts'
import { UsageError } from './usage-error.ts'
import { isSameAllYear, type Zone } from './zone-option.ts'

/** UTF-16 units of a name that an error repeats. */
const MAX_NAME_LENGTH = 300

/** How the evidence is to be read. */
export interface ReadingFlags {
  readonly peer?: Peer
  readonly from?: number
  readonly to?: number
  readonly logTimezone?: Zone
  readonly gcStart?: number
  /** Complaints name no file. */
  readonly anonymize?: true
  /** Which incidents are listed. */
  readonly listed?: AnalyzeOptions['listed']
  /** File of a page: its pictures need the exhibits, for which captures are read twice, and streams kept meanwhile. */
  readonly html?: string
}

export interface ReadEvidence {
  /** Absent when nothing was read. */
  readonly diagnosis?: Diagnosis
  /** What pictures need; an answer that was saved has none. */
  readonly exhibits?: Exhibits
  /** What was named and could not be read, one line each. */
  readonly complaints: readonly string[]
  readonly isSaved?: true
}

/** What says how evidence is to be read, and so means nothing to an answer that was saved. */
const READING_OPTIONS = {
  peer: '--peer',
  from: '--from',
  to: '--to',
  logTimezone: '--log-timezone',
  gcStart: '--gc-start',
} as const
type ReadingOption = keyof typeof READING_OPTIONS
const ALL_OPTIONS: readonly ReadingOption[] = ['peer', 'from', 'to', 'logTimezone', 'gcStart']

/**
 * Diagnoses what `paths` name, or takes the answer of an earlier run. Ends early, with what is known, on `signal`.
 *
 * @param refused options that are an error with an answer that was saved; others may be meant for other evidence
 */
export async function readEvidence(
  paths: readonly string[],
  flags: ReadingFlags,
  signal: AbortSignal,
  refused: readonly ReadingOption[] = ALL_OPTIONS,
): Promise<ReadEvidence> {
  const named = openPaths(paths, signal)
  const opened = named.flatMap((evidence) => evidence.inputs)
  const inputs = flags.html === undefined ? opened : opened.map(keptInput)
  try {
    const [only] = inputs
    if (inputs.length === 1 && only !== undefined) {
      const found = await lookForSaved(only)
      if (found.isSaved) {
        const typed = refused.find((option) => flags[option] !== undefined)
        if (typed !== undefined) throw new UsageError(savedIsFixed(READING_OPTIONS[typed]))
        return await readAgain(found.input, flags)
      }
      inputs[0] = found.input
    }
    const found = await readWithProgress(inputs, flags, signal)
    const diagnosis = addProblems(found.diagnosis, inputs)
    const { lines, isNothingRead } =
      flags.anonymize === true
        ? await complaintsForStrangers(named, diagnosis)
        : couldNotRead(named, diagnosis.inputs)
    return { ...(isNothingRead ? {} : { ...found, diagnosis }), complaints: lines }
  } finally {
    closeAll(inputs)
  }
}

function savedIsFixed(option: string): string {
  return `${option}: a saved answer cannot be narrowed or read otherwise\n(analyse its evidence again, with ${option})`
}

/** The answer of an earlier run, which `--json` wrote. */
async function readAgain(input: Input, { anonymize }: ReadingFlags): Promise<ReadEvidence> {
  const { readSaved } = await import('./saved-diagnosis.ts')
  const saved = await readSaved(input)
  if (saved.ok) return { diagnosis: saved.diagnosis, complaints: [], isSaved: true }
  const name = anonymize === true ? 'input 1' : cleanShort(input.name, MAX_NAME_LENGTH)
  return { isSaved: true, complaints: [`${name}: ${saved.complaint}`] }
}

async function complaintsForStrangers(
  named: readonly NamedEvidence[],
  diagnosis: Diagnosis,
): Promise<CouldNotRead> {
  const { anonymousEvidence } = await import('./anonymous-evidence.ts')
  const hidden = anonymousEvidence(named, diagnosis)
  return couldNotRead(hidden.named, hidden.inputs)
}

async function readWithProgress(
  inputs: readonly Input[],
  flags: ReadingFlags,
  signal: AbortSignal,
): Promise<Awaited<ReturnType<typeof analyze>>> {
  const progress = createProgress(process.stderr)
  const { peer, from, to, gcStart, logTimezone, html, listed } = flags
  const logZoneMinutes = logTimezone === undefined ? undefined : await zoneMinutes(logTimezone, inputs, flags)
  return analyze(inputs, {
    ...(peer === undefined ? {} : { peer }),
    ...(from === undefined ? {} : { fromUnixMs: from }),
    ...(to === undefined ? {} : { toUnixMs: to }),
    ...(gcStart === undefined ? {} : { gcStartMs: gcStart }),
    ...(logZoneMinutes === undefined ? {} : { logZoneMinutes }),
    ...(html === undefined ? {} : { exhibits: true }),
    ...(listed === undefined ? {} : { listed }),
    onProgress: ({ input, ...step }) => {
      noteRead(step)
      progress.show({ name: inputs[input]?.name ?? '', ...step })
    },
    isInterrupted: () => signal.aborted,
    // A turn of the event loop: the signal is noticed in it.
    pause: () => setImmediate(),
  }).finally(() => {
    progress.clear()
  })
}

/** A named zone may have a summer time: what counts is the season of the evidence. */
async function zoneMinutes(zone: Zone, inputs: readonly Input[], flags: ReadingFlags): Promise<number> {
  const unixMs = zone.isFixed ? 0 : (flags.from ?? flags.to ?? (await evidenceTime(inputs)))
  if (unixMs !== undefined) return zone.minutesAt(unixMs)
  if (isSameAllYear(zone, Date.now())) return zone.minutesAt(Date.now())
  throw new UsageError(
    '--log-timezone: this zone has a summer time, and nothing says which season it was: give the offset (+02:00)',
  )
}

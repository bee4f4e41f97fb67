import { setImmediate } from 'node:timers/promises'
import { analyze, type AnalyzeOptions, type Diagnosis, type Exhibits, type Input } from '@whyreset/core'
import { cleanShort } from '@whyreset/report/escape'
import { noteRead } from './answer-once.ts'
import { couldNotRead } from './could-not-read.ts'
import { evidenceTime } from './evidence-time.ts'
import { lookForSaved } from './is-saved.ts'
import { keptInput } from './kept-input.ts'
import { openPaths } from './open-paths.ts'
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
}

/** Diagnoses what `paths` name, or takes the answer of an earlier run. Ends early, with what is known, on `signal`. */
export async function readEvidence(
  paths: readonly string[],
  flags: ReadingFlags,
  signal: AbortSignal,
): Promise<ReadEvidence> {
  const named = openPaths(paths, signal)
  const opened = named.flatMap((evidence) => evidence.inputs)
  const inputs = flags.html === undefined ? opened : opened.map(keptInput)
  try {
    const [only] = inputs
    if (inputs.length === 1 && only !== undefined) {
      const found = await lookForSaved(only)
      if (found.isSaved) return await readAgain(found.input)
      inputs[0] = found.input
    }
    const found = await readWithProgress(inputs, flags, signal)
    const diagnosis = addProblems(found.diagnosis, inputs)
    const { lines, isNothingRead } = couldNotRead(named, diagnosis)
    return { ...(isNothingRead ? {} : { ...found, diagnosis }), complaints: lines }
  } finally {
    closeAll(inputs)
  }
}

/** The answer of an earlier run, which `--json` wrote. */
async function readAgain(input: Input): Promise<ReadEvidence> {
  const { readSaved } = await import('./saved-diagnosis.ts')
  const saved = await readSaved(input)
  if (saved.ok) return { diagnosis: saved.diagnosis, complaints: [] }
  return { complaints: [`${cleanShort(input.name, MAX_NAME_LENGTH)}: ${saved.complaint}`] }
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

import { lstatSync } from 'node:fs'
import type { Diagnosis } from '@whyreset/core'
import { cleanShort } from '@whyreset/report/escape'
import type { PageSide } from '@whyreset/report/html'
import { pageIds } from './cause-pages.ts'
import { closest } from './closest.ts'
import { complain } from './complain.ts'
import { readEvidence, type ReadingFlags } from './read-evidence.ts'
import { refuseEmptyNames } from './empty-name.ts'
import type { ReportFlags } from './render.ts'
import { UsageError } from './usage-error.ts'

const ANSWERED = 0
const COULD_NOT = 1
const FOUND = 3
const INTERRUPTED = 130

/** What a name that is no file may have been meant as. */
const COMMANDS = ['analyze', 'capture', 'compare', 'explain', 'help', 'lab', 'scan', 'serve', 'watch']
/** UTF-16 units of a name that an error repeats. */
const MAX_NAME_LENGTH = 300

export interface AnalyzeFlags extends ReportFlags, ReadingFlags {
  readonly exitCode?: true
  /** Folder of source: the lines there that explain what was found become a part of the answer. */
  readonly src?: string
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
  refuseEmptyNames(paths)
  refuseMistypedCommand(paths)
  if (flags.from !== undefined && flags.to !== undefined && flags.from > flags.to)
    throw new UsageError('--from is later than --to')
  const interruption = new AbortController()
  const { signal } = interruption
  const interrupt = (): void => {
    interruption.abort()
  }
  process.once('SIGINT', interrupt)
  try {
    const { diagnosis, exhibits, complaints } = await readEvidence(paths, flags, signal)
    const isInterrupted = signal.aborted
    if (!isInterrupted) for (const line of complaints) complain(line)
    else if (diagnosis === undefined) complain('interrupted before anything was read')
    else complain('interrupted: this is what was known by then')
    const failures =
      diagnosis === undefined
        ? []
        : await print({ diagnosis, ...(exhibits === undefined ? {} : { exhibits }) }, flags, signal)
    for (const line of failures) complain(line)
    if (isInterrupted) return INTERRUPTED
    const isWhole = diagnosis !== undefined && complaints.length + failures.length === 0
    return isWhole ? answered(diagnosis, flags) : COULD_NOT
  } finally {
    process.off('SIGINT', interrupt)
  }
}

/** Gives what went wrong with the source and the page. */
async function print(read: PageSide, flags: AnalyzeFlags, signal: AbortSignal): Promise<readonly string[]> {
  const { found, failures } = await withSource(read, flags.src, signal)
  const side =
    flags.anonymize === true ? await (await import('./anonymous-side.ts')).anonymousSide(found) : found
  for (const piece of await answerPieces(side.diagnosis, flags)) process.stdout.write(piece)
  if (flags.html === undefined) return failures
  const { answerPage, writePage } = await import('./html-page.ts')
  const failure = writePage(flags.html, answerPage(side), flags.lang)
  return failure === undefined ? failures : [...failures, failure]
}

/** For JSON no sentence and no colour is needed: what makes them is not loaded. */
async function answerPieces(diagnosis: Diagnosis, flags: AnalyzeFlags): Promise<Iterable<string>> {
  if (flags.json === true) return (await import('@whyreset/report/json')).jsonPieces(diagnosis)
  return [(await import('./render.ts')).render(diagnosis, flags)]
}

/** The answer with the lines of source that explain it; the join needs what `--anonymize` hides. */
async function withSource(
  read: PageSide,
  folder: string | undefined,
  signal: AbortSignal,
): Promise<{ readonly found: PageSide; readonly failures: readonly string[] }> {
  if (folder === undefined) return { found: read, failures: [] }
  const { sourcePlaces } = await import('./source-places.ts')
  const looked = await sourcePlaces(folder, read.diagnosis, signal)
  if (!looked.ok) return { found: read, failures: [looked.failure] }
  return { found: { ...read, diagnosis: { ...read.diagnosis, source: looked.source } }, failures: [] }
}

function answered(diagnosis: Diagnosis, flags: AnalyzeFlags): number {
  const isFound = diagnosis.findings.some(({ severity }) => severity !== 'info')
  return flags.exitCode === true && isFound ? FOUND : ANSWERED
}

/** `whyreset explian …` names no file: say so before a missing file is complained of. */
function refuseMistypedCommand([first = '']: readonly string[]): void {
  // Of a link, whatever it leads to: what cannot be followed is a complaint about a file.
  if (!/^[a-z-]+$/.test(first) || lstatSync(first, { throwIfNoEntry: false }) !== undefined) return
  const meant = pageIds().includes(first) ? `explain ${first}` : closest(first, COMMANDS)
  if (meant === undefined || first === '-') return
  const typed = cleanShort(first, MAX_NAME_LENGTH)
  if (meant === first)
    throw new UsageError(
      `'${typed}' is a command, which comes first, before its options\n(whyreset ${typed} …)`,
    )
  throw new UsageError(`'${typed}' is neither a command nor a file\n(Did you mean whyreset ${meant}?)`)
}

import { randomBytes } from 'node:crypto'
import { compare, type Comparison } from '@whyreset/core'
import { renderComparisonJson, renderComparisonMarkdown, renderComparisonTerminal } from '@whyreset/report'
import type { PageSide } from '@whyreset/report/html'
import { anonymousSide } from './anonymous-side.ts'
import { complain } from './complain.ts'
import { refuseEmptyNames } from './empty-name.ts'
import { comparisonPage, writePage, type ComparedSides } from './html-page.ts'
import type { Peer } from './peer-option.ts'
import { readEvidence, type ReadEvidence } from './read-evidence.ts'
import type { ReportFlags } from './render.ts'
import { stylerFor, widthOf } from './terminal-style.ts'
import { UsageError } from './usage-error.ts'
import type { Zone } from './zone-option.ts'

const ANSWERED = 0
const COULD_NOT = 1
const FOUND = 3
const INTERRUPTED = 130

export interface CompareFlags extends ReportFlags {
  readonly peer?: Peer
  readonly logTimezone?: Zone
  readonly exitCode?: true
}

/** Reads both sides, and writes what went away, what stayed and what is new. Gives the exit code. */
export async function runCompare(paths: readonly string[], flags: CompareFlags): Promise<number> {
  const [before, after, ...others] = paths
  if (before === undefined || after === undefined || others.length > 0) throw new UsageError(TWO_WANTED)
  refuseEmptyNames(paths)
  if (before === '-' && after === '-') throw new UsageError('standard input can be one of the two, not both')
  const interruption = new AbortController()
  const interrupt = (): void => {
    interruption.abort()
  }
  process.once('SIGINT', interrupt)
  try {
    // The zone may be meant for the logs of the other side.
    const first = await readEvidence([before], flags, interruption.signal, ['peer'])
    const refused = first.isSaved === true ? undefined : (['peer'] as const)
    const second = await readEvidence([after], flags, interruption.signal, refused)
    if (interruption.signal.aborted) {
      complain('interrupted before both sides were read: nothing is compared')
      return INTERRUPTED
    }
    const complaints = [...first.complaints, ...second.complaints]
    for (const line of complaints) complain(line)
    const sides = [sideOf(first), sideOf(second)] as const
    if (sides[0] === undefined || sides[1] === undefined) return COULD_NOT
    const compared = await compareSides(sides[0], sides[1], { before, after }, flags)
    process.stdout.write(render(compared.comparison, flags))
    const failure =
      flags.html === undefined ? undefined : writePage(flags.html, comparisonPage(compared), flags.lang)
    if (failure !== undefined) complain(failure)
    return complaints.length > 0 || failure !== undefined ? COULD_NOT : answered(compared.comparison, flags)
  } finally {
    process.off('SIGINT', interrupt)
  }
}

const TWO_WANTED =
  'compare takes two: the evidence before and the evidence after, each a folder, a capture\n' +
  'or what --json wrote (whyreset compare before/ after/)'

function sideOf({ diagnosis, exhibits }: ReadEvidence): PageSide | undefined {
  return diagnosis === undefined ? undefined : { diagnosis, ...(exhibits === undefined ? {} : { exhibits }) }
}

/** With one key for both, an address that both sides have stays the same. */
async function compareSides(
  first: PageSide,
  second: PageSide,
  names: { readonly before: string; readonly after: string },
  flags: CompareFlags,
): Promise<ComparedSides> {
  if (flags.anonymize !== true)
    return {
      comparison: compare(first.diagnosis, second.diagnosis, { names }),
      before: first,
      after: second,
    }
  const key = randomBytes(16).toString('hex')
  const before = await anonymousSide(first, key)
  const after = await anonymousSide(second, key)
  return { comparison: compare(before.diagnosis, after.diagnosis), before, after }
}

function render(comparison: Comparison, { json, markdown, lang, color }: CompareFlags): string {
  if (json === true) return renderComparisonJson(comparison)
  if (markdown === true) return renderComparisonMarkdown(comparison, { lang })
  const { stdout } = process
  return renderComparisonTerminal(comparison, {
    lang,
    width: widthOf(stdout),
    colour: stylerFor(stdout, color),
  })
}

/** Whoever asks for a code must not take "could not tell" for "gone". */
function answered({ causes, verdict }: Comparison, { exitCode }: CompareFlags): number {
  const lossy = causes.filter(({ severity }) => severity !== 'info')
  if (exitCode === true && lossy.some(({ after }) => (after?.connections ?? 0) > 0)) return FOUND
  const isUnclear =
    verdict.id === 'compare-verdict-nothing' || lossy.some(({ change }) => change === 'incomparable')
  return isUnclear ? COULD_NOT : ANSWERED
}

import { dirname, resolve } from 'node:path'
import type { Diagnosis } from '@whyreset/core'
import { cleanShort } from '@whyreset/report/escape'
import {
  renderScanJson,
  renderScanMarkdown,
  renderScanSarif,
  renderScanTerminal,
  scanVerdict,
} from '@whyreset/report/scan'
import type { Lang } from '@whyreset/report'
import type { ScanReport } from '@whyreset/report/scan-schema'
import {
  loadGrammars,
  RULES,
  scanTree,
  withoutKnown,
  type Place,
  type Rule,
  type ScanResult,
  type Severity,
} from '@whyreset/scan'
import { closest } from './closest.ts'
import { complain } from './complain.ts'
import { refuseEmptyNames } from './empty-name.ts'
import { missingParsers } from './missing-parsers.ts'
import { createProgress } from './progress.ts'
import { readEvidence } from './read-evidence.ts'
import { readBaseline, writeBaseline } from './scan-baseline.ts'
import { rankPlaces } from './scan-evidence.ts'
import { readableRoots } from './scan-roots.ts'
import { stylerFor, widthOf } from './terminal-style.ts'
import { UsageError } from './usage-error.ts'
import { VERSION } from './version.ts'

const ANSWERED = 0
const COULD_NOT = 1
const FOUND = 3
const INTERRUPTED = 130

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info']
/** UTF-16 units of a name that an error repeats. */
const MAX_NAME_LENGTH = 300

export interface ScanFlags {
  readonly json?: true
  readonly markdown?: true
  readonly sarif?: true
  readonly diagnosis?: string
  readonly rule?: readonly string[]
  readonly lang: Lang
  readonly severity: Severity
  readonly tests?: true
  readonly baseline?: string
  readonly writeBaseline?: string
  readonly exitCode?: true
  readonly color: boolean
}

/** Scans what `paths` name and writes the places to stdout, everything else to stderr. Gives the exit code. */
export async function runScan(paths: readonly string[], flags: ScanFlags): Promise<number> {
  if (paths.length === 0)
    throw new UsageError('name at least one folder or file of source\n(whyreset scan --help shows examples)')
  refuseEmptyNames(paths)
  const rules = wantedRules(flags.rule)
  const grammars = loadGrammars()
  if (!grammars.ok) {
    complain(missingParsers('scan', grammars.reason))
    return COULD_NOT
  }
  const { roots, isWhole } = readableRoots(paths)
  if (roots.length === 0) return COULD_NOT
  if (grammars.missing.length > 0)
    complain(
      `there is no parser for ${grammars.missing.join(', ')} on this platform: such files are left out`,
    )
  const baseline = flags.baseline === undefined ? undefined : await readBaseline(flags.baseline)
  const interruption = new AbortController()
  const interrupt = (): void => {
    interruption.abort()
  }
  process.once('SIGINT', interrupt)
  try {
    const { signal } = interruption
    const evidence =
      flags.diagnosis === undefined ? { isWhole: true } : await readDiagnosis(flags.diagnosis, signal)
    if (evidence === undefined) return COULD_NOT
    const namesFrom = namingFolder(flags)
    const result = await scanRoots(roots, {
      rules,
      grammars,
      areTestsWanted: flags.tests === true,
      namesFrom,
      signal,
    })
    if (flags.writeBaseline !== undefined) {
      const { ok, says } = await writeBaseline(flags.writeBaseline, result.places)
      complain(says)
      return ok && isWhole ? ANSWERED : COULD_NOT
    }
    const fresh = baseline === undefined ? result.places : withoutKnown(result.places, baseline)
    const ranked =
      evidence.diagnosis === undefined ? fresh : await rankPlaces(fresh, evidence.diagnosis, roots, namesFrom)
    const report = reportOf(ranked, result, result.places.length - fresh.length, flags)
    process.stdout.write(render(report, flags))
    if (signal.aborted) {
      complain('interrupted: this is what was known by then')
      return INTERRUPTED
    }
    if (!isWhole || !evidence.isWhole) return COULD_NOT
    return flags.exitCode === true && report.results.length > 0 ? FOUND : ANSWERED
  } finally {
    process.off('SIGINT', interrupt)
  }
}

/** From where files are named: a baseline must know them again wherever the command is typed. */
function namingFolder({ baseline, writeBaseline: written }: ScanFlags): string {
  const file = baseline ?? written
  return file === undefined ? process.cwd() : dirname(resolve(file))
}

async function scanRoots(
  roots: readonly string[],
  options: Parameters<typeof scanTree>[1],
): Promise<ScanResult> {
  const progress = createProgress(process.stderr)
  const result = await scanTree(roots, {
    ...options,
    onProgress: (files) => {
      progress.say(`scanning: ${files} files`)
    },
  }).finally(() => {
    progress.clear()
  })
  // A file may be named, and lie in a folder that is.
  return { ...result, places: unique(result.places), problems: unique(result.problems) }
}

function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()]
}

/** A rule that is off by default is on where it is named. */
function wantedRules(ids: readonly string[] | undefined): readonly Rule[] {
  if (ids === undefined) return RULES.filter(({ isOffByDefault }) => isOffByDefault !== true)
  return [...new Set(ids)].flatMap((id) => {
    const rules = RULES.filter((other) => other.id === id)
    if (rules.length > 0) return rules
    const all = [...new Set(RULES.map((other) => other.id))]
    const meant = closest(id, all)
    const advice = meant === undefined ? `there are: ${all.join(', ')}` : `Did you mean ${meant}?`
    throw new UsageError(`no rule is called '${cleanShort(id, MAX_NAME_LENGTH)}'\n(${advice})`)
  })
}

function reportOf(
  places: readonly Place[],
  { problems, summary }: ScanResult,
  baselined: number,
  { severity, rule }: ScanFlags,
): ScanReport {
  // A rule that is asked for by name is wanted whatever it weighs.
  const least = rule === undefined ? SEVERITIES.indexOf(severity) : SEVERITIES.length
  const shown = places.filter((place) => SEVERITIES.indexOf(place.severity) <= least)
  const found = {
    schema: 'whyreset.scan/1' as const,
    results: shown,
    problems,
    summary: { ...summary, baselined, hidden: places.length - shown.length },
  }
  return { ...found, verdict: scanVerdict(found) }
}

function render(report: ScanReport, { json, markdown, sarif, lang, color }: ScanFlags): string {
  if (json === true) return renderScanJson(report)
  if (sarif === true) return renderScanSarif(report, RULES, VERSION)
  if (markdown === true) return renderScanMarkdown(report, lang)
  const { stdout } = process
  return renderScanTerminal(report, { lang, width: widthOf(stdout), colour: stylerFor(stdout, color) })
}

/** Undefined when nothing was read. */
async function readDiagnosis(
  path: string,
  signal: AbortSignal,
): Promise<{ readonly diagnosis?: Diagnosis; readonly isWhole: boolean } | undefined> {
  const { diagnosis, complaints } = await readEvidence([path], {}, signal)
  for (const line of complaints) complain(line)
  return diagnosis === undefined ? undefined : { diagnosis, isWhole: complaints.length === 0 }
}

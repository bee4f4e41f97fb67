import { statSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import type { Diagnosis } from '@whyreset/core'
import { cleanShort, cleanText } from '@whyreset/report/escape'
import {
  renderScanJson,
  renderScanMarkdown,
  renderScanSarif,
  renderScanTerminal,
  scanVerdict,
} from '@whyreset/report/scan'
import type { ScanReport } from '@whyreset/report/scan-schema'
import {
  baselineOf,
  loadGrammars,
  parseBaseline,
  RULES,
  scanTree,
  withoutKnown,
  type Place,
  type Rule,
  type ScanResult,
  type Severity,
} from '@whyreset/scan'
import { closest } from './closest.ts'
import { missingParsers } from './missing-parsers.ts'
import { readEvidence } from './read-evidence.ts'
import { rankPlaces } from './scan-evidence.ts'
import { systemReason } from './system-reason.ts'
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
  const rules = wantedRules(flags.rule)
  const grammars = loadGrammars()
  if (!grammars.ok) {
    complain(missingParsers('scan', grammars.reason))
    return COULD_NOT
  }
  const roots = paths.filter(isThere)
  if (roots.length === 0) return COULD_NOT
  if (grammars.missing.length > 0)
    complain(
      `there is no parser for ${grammars.missing.join(', ')} on this platform: such files are left out`,
    )
  const interruption = new AbortController()
  const interrupt = (): void => {
    interruption.abort()
  }
  process.once('SIGINT', interrupt)
  try {
    const { signal } = interruption
    const result = await scanTree(roots, {
      rules,
      grammars,
      areTestsWanted: flags.tests === true,
      namesFrom: process.cwd(),
      signal,
    })
    if (flags.writeBaseline !== undefined) return await writeBaseline(flags.writeBaseline, result.places)
    const fresh = await withoutBaseline(result.places, flags.baseline)
    const diagnosis = flags.diagnosis === undefined ? undefined : await diagnosisOf(flags.diagnosis, signal)
    if (flags.diagnosis !== undefined && diagnosis === undefined) return COULD_NOT
    const ranked = diagnosis === undefined ? fresh : await rankPlaces(fresh, diagnosis, roots)
    const report = reportOf(ranked, result, result.places.length - fresh.length, flags)
    process.stdout.write(render(report, flags))
    if (signal.aborted) {
      complain('interrupted: this is what was known by then')
      return INTERRUPTED
    }
    if (roots.length < paths.length) return COULD_NOT
    return flags.exitCode === true && report.results.length > 0 ? FOUND : ANSWERED
  } finally {
    process.off('SIGINT', interrupt)
  }
}

/** A rule that is off by default is on where it is named. */
function wantedRules(ids: readonly string[] | undefined): readonly Rule[] {
  if (ids === undefined) return RULES.filter(({ isOffByDefault }) => isOffByDefault !== true)
  return ids.map((id) => {
    const rule = RULES.find((other) => other.id === id)
    if (rule !== undefined) return rule
    const all = RULES.map((other) => other.id)
    const meant = closest(id, all)
    const advice = meant === undefined ? `there are: ${all.join(', ')}` : `Did you mean ${meant}?`
    throw new UsageError(`no rule is called '${cleanShort(id, MAX_NAME_LENGTH)}'\n(${advice})`)
  })
}

function isThere(path: string): boolean {
  try {
    statSync(path)
    return true
  } catch (error) {
    complain(`${cleanShort(path, MAX_NAME_LENGTH)}: cannot be read: ${systemReason(error)}`)
    return false
  }
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

function render(report: ScanReport, { json, markdown, sarif, color }: ScanFlags): string {
  if (json === true) return renderScanJson(report)
  if (sarif === true) return renderScanSarif(report, RULES, VERSION)
  if (markdown === true) return renderScanMarkdown(report)
  const { stdout } = process
  return renderScanTerminal(report, { width: widthOf(stdout), colour: stylerFor(stdout, color) })
}

async function diagnosisOf(path: string, signal: AbortSignal): Promise<Diagnosis | undefined> {
  const { diagnosis, complaints } = await readEvidence([path], {}, signal)
  for (const line of complaints) complain(line)
  return diagnosis
}

async function withoutBaseline(
  places: readonly Place[],
  path: string | undefined,
): Promise<readonly Place[]> {
  if (path === undefined) return places
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new UsageError(
      `--baseline: ${cleanShort(path, MAX_NAME_LENGTH)} cannot be read: ${systemReason(error)}`,
    )
  }
  const baseline = parseBaseline(parsed(text))
  if (baseline === undefined)
    throw new UsageError(
      `--baseline: ${cleanShort(path, MAX_NAME_LENGTH)} is not what --write-baseline wrote\n(whyreset scan PATH --write-baseline FILE)`,
    )
  return withoutKnown(places, baseline)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function writeBaseline(path: string, places: readonly Place[]): Promise<number> {
  try {
    await writeFile(path, `${JSON.stringify(baselineOf(places), undefined, 2)}\n`)
  } catch (error) {
    complain(`${cleanShort(path, MAX_NAME_LENGTH)}: cannot be written: ${systemReason(error)}`)
    return COULD_NOT
  }
  process.stderr.write(
    `whyreset: ${places.length} places are in ${cleanShort(path, MAX_NAME_LENGTH)} now; --baseline leaves them out\n`,
  )
  return ANSWERED
}

function complain(line: string): void {
  process.stderr.write(`whyreset: ${cleanText(line)}\n`)
}

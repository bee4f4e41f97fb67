import type { Diagnosis } from '@whyreset/core'
import { renderScanMarkdown, renderScanTerminal, scanVerdict } from '@whyreset/report/scan'
import type { ScanReport } from '@whyreset/report/scan-schema'
import { loadGrammars, RULES, scanTree } from '@whyreset/scan'
import type { ReportFlags } from './render.ts'
import { rankPlaces } from './scan-evidence.ts'
import { systemReason } from './system-reason.ts'
import { stylerFor, widthOf } from './terminal-style.ts'

/** What `analyze --src` shows below the finding; `whyreset scan` shows the rest. */
const MAX_PLACES = 3

export interface SourcePlaces {
  readonly text: string
  /** What went wrong, one line. */
  readonly failure?: string
}

/** The lines of code in `folder` that explain what was found, as the other part of the answer is written. */
export async function sourcePlaces(
  folder: string,
  diagnosis: Diagnosis,
  { markdown, color }: ReportFlags,
): Promise<SourcePlaces> {
  const grammars = loadGrammars()
  if (!grammars.ok) return { text: '', failure: `--src needs the parsers of ast-grep: ${grammars.reason}` }
  try {
    const rules = RULES.filter(({ isOffByDefault }) => isOffByDefault !== true)
    const { places, problems, summary } = await scanTree([folder], { rules, grammars, areTestsWanted: false })
    const ranked = await rankPlaces(places, diagnosis, [folder])
    const told = ranked.filter(({ evidence }) => evidence !== undefined)
    const shown = told.slice(0, MAX_PLACES)
    const report: ScanReport = {
      schema: 'whyreset.scan/1',
      verdict: scanVerdict(shown, summary.files),
      results: shown,
      problems,
      summary: { ...summary, baselined: 0, hidden: places.length - shown.length },
    }
    if (markdown === true) return { text: `\n${renderScanMarkdown(report)}` }
    const { stdout } = process
    const text = renderScanTerminal(report, { width: widthOf(stdout), colour: stylerFor(stdout, color) })
    return { text: `\n${text}` }
  } catch (error) {
    return { text: '', failure: `--src ${folder}: ${systemReason(error)}` }
  }
}

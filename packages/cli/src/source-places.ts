import type { Diagnosis, SourceReport } from '@whyreset/core'
import { sourceVerdict } from '@whyreset/report/scan'
import { loadGrammars, RULES, scanTree } from '@whyreset/scan'
import { missingParsers } from './missing-parsers.ts'
import { rankPlaces } from './scan-evidence.ts'
import { systemReason } from './system-reason.ts'

export type SourcePlaces =
  | { readonly ok: true; readonly source: SourceReport }
  /** What went wrong, one line. */
  | { readonly ok: false; readonly failure: string }

/** The lines of code below `folder` of which the evidence says something, the likeliest first. */
export async function sourcePlaces(
  folder: string,
  diagnosis: Diagnosis,
  signal: AbortSignal,
): Promise<SourcePlaces> {
  const grammars = loadGrammars()
  if (!grammars.ok) return { ok: false, failure: missingParsers('--src', grammars.reason) }
  try {
    const rules = RULES.filter(({ isOffByDefault }) => isOffByDefault !== true)
    const { places, problems, summary } = await scanTree([folder], {
      rules,
      grammars,
      areTestsWanted: false,
      namesFrom: process.cwd(),
      signal,
    })
    const ranked = await rankPlaces(places, diagnosis, [folder], process.cwd())
    const results = ranked.filter(({ evidence }) => evidence !== undefined)
    const found = {
      schema: 'whyreset.scan/1' as const,
      results,
      problems,
      summary: { ...summary, baselined: 0, hidden: places.length - results.length },
    }
    return { ok: true, source: { ...found, verdict: sourceVerdict(found) } }
  } catch (error) {
    return { ok: false, failure: `--src ${folder}: ${systemReason(error)}` }
  }
}

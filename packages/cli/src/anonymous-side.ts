import type { Place } from '@whyreset/scan'
import { anonymizeAll } from '@whyreset/report'
import type { PageSide } from '@whyreset/report/html'

/** The same for strangers: with the same key an address stays the same. */
export async function anonymousSide({ diagnosis, exhibits }: PageSide, key?: string): Promise<PageSide> {
  if (diagnosis.source === undefined) return anonymizeAll(diagnosis, exhibits, key)
  const { RULES, ruleTexts } = await import('@whyreset/scan')
  const side = anonymizeAll(diagnosis, exhibits, key, new Set(RULES.map(({ id }) => id)))
  const { source } = side.diagnosis
  if (source === undefined) return side
  // What a rule said may name a variable, or was changed in a saved answer: the rules say it anew.
  const said = (place: Place): Place => ({ ...place, ...ruleTexts(place) })
  return {
    ...side,
    diagnosis: { ...side.diagnosis, source: { ...source, results: source.results.map(said) } },
  }
}

import type { Comparison } from '@whyreset/core'
import { safeJson } from '../json.ts'

/** The Comparison as JSON, `whyreset.comparison/1`. Safe on a terminal; the same comparison gives the same bytes. */
export function renderComparisonJson(comparison: Comparison): string {
  return safeJson(comparison)
}

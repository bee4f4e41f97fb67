import { safeJson } from '../json.ts'
import type { ScanReport } from '../scan-schema.ts'

/** The places as JSON (`whyreset.scan/1`), safe on a terminal. */
export function renderScanJson(report: ScanReport): string {
  return safeJson(report)
}

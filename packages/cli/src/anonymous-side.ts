import { anonymize } from '@whyreset/report'
import type { PageSide } from '@whyreset/report/html'

/** The same for strangers: with the same key an address stays the same. Pictures show requests and log lines: they go. */
export function anonymousSide({ diagnosis }: PageSide, key?: string): PageSide {
  return { diagnosis: anonymize(diagnosis, key) }
}

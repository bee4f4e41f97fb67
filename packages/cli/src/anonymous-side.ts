import { anonymizeAll } from '@whyreset/report'
import type { PageSide } from '@whyreset/report/html'

/** The same for strangers: with the same key an address stays the same. */
export function anonymousSide({ diagnosis, exhibits }: PageSide, key?: string): PageSide {
  return anonymizeAll(diagnosis, exhibits, key)
}

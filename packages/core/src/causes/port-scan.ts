import { defineCause, matched, ruledOut } from '../cause.ts'
import { citeRst } from '../derive/cite.ts'
import { MIN_SCAN_TARGETS } from '../derive/neighbours.ts'

/** A client that keeps trying the same ports is a client of services that are down. */
const MAX_ATTEMPTS_PER_TARGET = 2.5

/**
 * One source tried many ports or hosts, without data. Wrong when a program looks for one of many services that are all
 * down: then it comes back to the same ports.
 */
export const portScan = defineCause({
  id: 'port-scan',
  family: 'benign',
  scope: 'group',
  needs: ['reset', 'neighbours'],
  uses: [],
  evaluate({ reset, neighbours }) {
    if (reset.client.dataSegments > 0) return ruledOut('data-was-exchanged')
    const { scanTargets, attemptsPerTarget } = neighbours
    if (scanTargets < MIN_SCAN_TARGETS || attemptsPerTarget > MAX_ATTEMPTS_PER_TARGET)
      return ruledOut({ id: 'too-few-targets', values: { targets: scanTargets } })
    return matched('strong', { id: 'scan-shape', values: { targets: scanTargets } }, [citeRst(reset)])
  },
})

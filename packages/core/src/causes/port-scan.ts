import { defineCause, matched, ruledOut } from '../cause.ts'
import { citeRst } from '../derive/cite.ts'
import { MIN_SCAN_TARGETS } from '../derive/neighbours.ts'

/** A client that keeps trying the same ports is a client of services that are down. */
const MAX_ATTEMPTS_PER_TARGET = 2.5
/** Of one host, where most are hidden by a filter: a list of services is shorter. */
const MIN_SILENT_TARGETS = 24
/** A port that refused is known to be closed: who comes back to most of them has a list of services. */
const MIN_RETURNED_SHARE = 0.5

/**
 * One source tried many ports or hosts, without data. Wrong when a program looks for one of many services that are all
 * down, or goes through a list of ports, most of them filtered, in rounds: then it comes back to the same ports. One
 * round of a long list, with no second in the capture, is not told from a scan.
 */
export const portScan = defineCause({
  id: 'port-scan',
  family: 'benign',
  scope: 'group',
  needs: ['reset', 'neighbours'],
  uses: [],
  evaluate({ reset, neighbours }) {
    if (reset.client.dataSegments > 0) return ruledOut('data-was-exchanged')
    const { scanTargets, attemptsPerTarget, returnedTo } = neighbours
    if (scanTargets < MIN_SCAN_TARGETS || attemptsPerTarget > MAX_ATTEMPTS_PER_TARGET)
      return ruledOut({ id: 'too-few-targets', values: { targets: scanTargets } })
    // What was heard is too little: the ports that a filter hides make it a scan.
    const isHidden = neighbours.targetsHeard < MIN_SCAN_TARGETS
    if (isHidden && returnedTo.share >= MIN_RETURNED_SHARE)
      return ruledOut({ id: 'came-back-to-ports', values: { ports: returnedTo.targets } })
    const strength = isHidden && scanTargets < MIN_SILENT_TARGETS ? 'possible' : 'strong'
    return matched(strength, { id: 'scan-shape', values: { targets: scanTargets } }, [citeRst(reset)])
  },
})

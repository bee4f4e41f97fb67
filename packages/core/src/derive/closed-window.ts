import { distance } from '../tcp/sequence.ts'
import type { ResetFacts } from './reset-facts.ts'

/** Probes of a closed window come at doubling intervals (RFC 9293 §3.8.6.1): after so many times what they took, none is to come. */
const MIN_OVERDUE = 2
/** Two probes of a fast path are closer than this. */
const MIN_OVERDUE_NS = 1e9

/** Milliseconds that the peer's window was closed, where the sender of the reset had probed it and stopped long before it opened. */
export function gaveUpOnClosedWindow(reset: ResetFacts): number | undefined {
  const { own, peer } = reset
  const { last } = own
  if (reset.form !== 'reply' || own.fin !== undefined || last === undefined) return undefined
  const untilNs = reset.offending?.ns ?? reset.timeNs
  const sinceNs = peer.zeroWindow?.sinceNs ?? untilNs - peer.zeroWindowTotalNs
  const probedNs = last.ns - sinceNs
  if (peer.zeroWindowTotalNs + (peer.zeroWindow === undefined ? 0 : 1) === 0 || probedNs <= 0)
    return undefined
  const isProbe = distance(last.seq, own.next) > last.length && last.length <= 1
  const overdue = untilNs - last.ns > Math.max(MIN_OVERDUE_NS, MIN_OVERDUE * probedNs)
  return isProbe && overdue ? Math.round((untilNs - sinceNs) / 1e6) : undefined
}

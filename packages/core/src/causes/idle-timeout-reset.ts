import { defineCause, matched, ruledOut, type Because } from '../cause.ts'
import { citeKernel, citeLast, citeLog, citeRst, citeZeroWindow } from '../derive/cite.ts'
import { buildBursts, type ResetGroup } from '../derive/groups.ts'
import { memoize } from '../derive/memoize.ts'
import { closer } from '../derive/unread.ts'
import { regularity, type Regularity } from '../derive/regularity.ts'
import type { ResetFacts } from '../derive/reset-facts.ts'

/** Shorter waits are work, not timeouts. */
const MIN_WAIT_MS = 800
/** Connections that one loop closes end within less. */
const MIN_SPAN_MS = 500
/** Ends that lie so many times farther apart than their ages differ were each timed for itself. */
const MIN_SPAN_RATIO = 10

/**
 * The server or a proxy ended a slow or idle connection by a reset: at a fixed time after the peer's last sign of
 * life, or after the connection began, with SO_LINGER 0 (nginx reset_timedout_connection).
 * Wrong when a device on the path did it (its resets are foreign) and when an operator did (no fixed time).
 */
export const idleTimeoutReset = defineCause({
  id: 'idle-timeout-reset',
  family: 'deliberate',
  scope: 'group',
  needs: ['reset', 'group'],
  uses: ['logs'],
  evaluate({ reset, group, logs }) {
    if (reset.form !== 'active' || !reset.established) return ruledOut('not-active')
    if (reset.sender !== 'server') return ruledOut('not-by-server')
    if (reset.foreign.length > 0)
      return ruledOut({ id: 'foreign', values: { signs: reset.foreign.join(' ') } })
    if (closer(reset) !== reset.sender) return ruledOut('data-was-unread')
    const { own, peer } = reset
    const reason = reset.kernelSent?.reason
    if (reason === 'TCP_ABORT_ON_CLOSE' || reason === 'TCP_KEEPALIVE_TIMEOUT')
      return ruledOut({ id: 'other-kernel-reason', values: { reason } })
    if (own.unansweredProbes.count > 1) return ruledOut('peer-unresponsive')
    const age = fixedAge(reset, group)
    const stalledMs = peer.zeroWindow === undefined ? 0 : (reset.timeNs - peer.zeroWindow.sinceNs) / 1e6
    const waitMs = Math.max(stalledMs, (reset.timeNs - (peer.last?.ns ?? reset.firstNs)) / 1e6)
    const events = logs?.near('gave-up') ?? []
    const also: Because[] = []
    if (stalledMs > MIN_WAIT_MS)
      also.push({ id: 'peer-stalled', values: { stalledMs: Math.round(stalledMs) } })
    if (events.length > 0) also.push({ id: 'server-says-timeout', values: {} })
    const proof = [
      citeRst(reset),
      ...citeLog(events),
      ...citeZeroWindow(reset, peer),
      ...citeLast(reset, peer),
      ...citeKernel(reset),
    ]
    if (age !== undefined) {
      const says: Because = { id: 'fixed-age', values: { ageMs: Math.round(age.medianMs), count: age.count } }
      if (events.length > 0) return matched('proven', says, proof, also)
      return matched(age.count >= 3 ? 'strong' : 'likely', says, proof, also)
    }
    if (waitMs < MIN_WAIT_MS && events.length === 0) return ruledOut('no-fixed-age')
    if (events.length > 0) return matched('strong', { id: 'server-says-timeout', values: {} }, proof, also)
    if (stalledMs > MIN_WAIT_MS)
      return matched('possible', { id: 'peer-stalled', values: { stalledMs: Math.round(stalledMs) } }, proof)
    return matched(
      'possible',
      { id: 'fixed-age', values: { ageMs: Math.round(waitMs), count: 1 } },
      proof,
      also,
    )
  },
})

type Clock = (reset: ResetFacts) => number

const sinceData: Clock = (each) =>
  each.timeNs - Math.max(each.client.lastDataNs ?? 0, each.server.lastDataNs ?? 0, each.firstNs)
const sinceBegin: Clock = (each) => each.timeNs - each.firstNs

/** The clocks that programs use: since the last sign of the peer, the last data, the begin. */
const CLOCKS: readonly Clock[] = [
  (each) => each.timeNs - (each.client.lastDataNs ?? each.firstNs),
  sinceData,
  (each) => each.timeNs - (each.client.zeroWindow?.sinceNs ?? each.client.last?.ns ?? each.firstNs),
  sinceBegin,
]

/** Several resets at the same age, by one of the clocks. */
function fixedAge(reset: ResetFacts, group: ResetGroup): Regularity | undefined {
  for (const clock of CLOCKS) {
    const own = clock(reset) / 1e6
    if (own < MIN_WAIT_MS) continue
    const active = activeOf(group)
    const near = active.filter((each) => Math.abs(clock(each) / 1e6 - own) <= Math.max(120, own * 0.06))
    if (near.length < Math.max(2, active.length * 0.3)) continue
    if (!areTimedApart(near, clock) || (clock === sinceBegin && areTimedByData(near))) continue
    const found = regularity(near.map((each) => clock(each) / 1e6))
    if (found !== undefined) return found
  }
  return undefined
}

/** Connections that end together have equal ages by accident when they began together: several instants must agree. */
function areTimedApart(near: readonly ResetFacts[], clock: Clock): boolean {
  if (buildBursts(near).length >= 2) return true
  const spanMs = rangeOf(near, ({ timeNs }) => timeNs) / 1e6
  return spanMs >= MIN_SPAN_MS && spanMs * 1e6 >= rangeOf(near, clock) * MIN_SPAN_RATIO
}

/** Clients that do the same have connections of the same age: where the end of the exchange tells better, it decided. */
function areTimedByData(near: readonly ResetFacts[]): boolean {
  const isSoon = near.every((each) => sinceData(each) / 1e6 < MIN_WAIT_MS)
  return isSoon && rangeOf(near, sinceData) < rangeOf(near, sinceBegin)
}

function rangeOf(resets: readonly ResetFacts[], value: Clock): number {
  let low = Infinity
  let high = -Infinity
  for (const reset of resets) {
    const each = value(reset)
    if (each < low) low = each
    if (each > high) high = each
  }
  return high - low
}

const activeOf = memoize((group: ResetGroup) => group.sample.filter((each) => each.form === 'active'))

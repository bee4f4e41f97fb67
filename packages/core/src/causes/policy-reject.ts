import { defineCause, matched, ruledOut, type Because, type Citation } from '../cause.ts'
import { citeOffending, citeRst, citeSocket } from '../derive/cite.ts'
import { foreignness, foreignSays, wentThrough } from '../derive/foreign.ts'
import type { ResetGroup } from '../derive/groups.ts'
import { isRefusal } from '../derive/neighbours.ts'
import type { ResetFacts } from '../derive/reset-facts.ts'

/** After a longer silence the entry was forgotten; a policy needs none. */
const MAX_SILENCE_MS = 900
/** An answer comes at once; what comes unasked is injected. */
const MAX_ANSWER_NS = 300e6
const MIN_ALIKE = 3

/**
 * A firewall or network policy rejects with a reset (nft `reject with tcp reset`): each SYN or segment it does not
 * like is answered at once, in the peer's name, and the peer does not know.
 * Wrong when the port is closed on a host whose answers come through one hop more (published ports of containers: only the
 * host's own trace or tables tell), or when a device forges unasked.
 */
export const policyReject = defineCause({
  id: 'policy-reject',
  family: 'middlebox',
  scope: 'reset',
  needs: ['reset', 'group', 'neighbours'],
  uses: [],
  evaluate({ reset, group, neighbours }) {
    const rst = reset.rsts[0]
    if (isRefusal(reset)) {
      if (reset.kernelSent !== undefined) return ruledOut('not-foreign')
      if (reset.unseenAt.length > 0 || reset.synUnseenAtServer)
        return matched('proven', { id: 'foreign-unseen-at-sender', values: {} }, proofOf(reset))
      if (reset.listenerKept)
        return matched('strong', { id: 'listened-throughout', values: {} }, proofOf(reset))
      if (reset.listening && reset.kernelSilent)
        return matched('strong', { id: 'foreign-no-kernel-event', values: {} }, proofOf(reset))
      const usual = neighbours.hostHops
      if (usual !== undefined && rst !== undefined && (rst.hops < usual.low || rst.hops > usual.high)) {
        const says: Because = {
          id: 'syn-rejected-by-other-hop',
          values: { hops: rst.hops, usualHops: usual.high },
        }
        return matched(rst.hops > usual.high ? 'strong' : 'likely', says, proofOf(reset))
      }
      if (reset.listening)
        return matched('possible', { id: 'foreign-no-kernel-event', values: {} }, proofOf(reset))
      return ruledOut('not-foreign')
    }
    if (!reset.established) return ruledOut('not-established')
    const foreign = foreignness(reset)
    if (foreign === 'none') return ruledOut('not-foreign')
    const silenceMs = Math.round(reset.silenceNs / 1e6)
    if (silenceMs >= MAX_SILENCE_MS) return ruledOut({ id: 'after-silence', values: { silenceMs } })
    if (reset.form !== 'reply') return ruledOut('not-reply')
    // What a firewall rejects does not arrive: the host named must not have acknowledged or answered it.
    if (wentThrough(reset)) return ruledOut('everything-acknowledged')
    const sinceNs = reset.timeNs - (reset.offending?.ns ?? 0)
    if (sinceNs > MAX_ANSWER_NS) return ruledOut('not-reply')
    const says: Because = { id: 'rejected-in-mid-flow', values: { silenceMs } }
    // One TTL that differs may be a front end's; the same nearer one on several connections at a time is a rule at work.
    const isNearer = rst !== undefined && rst.hops > (reset[reset.sender].hops?.high ?? Infinity)
    // Where a translation was lost, new connections get through; a rule meets them too.
    const isRule = isNearer && fromHops(group, rst.hops) >= MIN_ALIKE && neighbours.refusedAfter !== undefined
    const sure = foreign === 'hint' ? 'likely' : 'strong'
    // Of an older connection that was first heard now, a device may as well have forgotten it.
    const isShown = isRule || (foreign !== 'hint' && reset.isSilenceKnown)
    return matched(isShown ? sure : 'possible', says, proofOf(reset), foreignSays(reset))
  },
})

function proofOf(reset: ResetFacts): Citation[] {
  return [citeRst(reset), ...citeOffending(reset), ...citeSocket(reset)]
}

/** Rejected segments with data: an acknowledgement of data that was let through a moment ago is not what a rule begins with. */
function fromHops(group: ResetGroup, hops: number): number {
  return group.sample.filter(
    (each) =>
      each.form === 'reply' &&
      each.foreign.includes('hops') &&
      each.rsts[0]?.hops === hops &&
      (each.offending?.length ?? 0) > 0,
  ).length
}

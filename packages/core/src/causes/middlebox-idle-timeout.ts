import { defineCause, inconclusive, matched, ruledOut, type Because } from '../cause.ts'
import { citeLast, citeOffending, citeRst } from '../derive/cite.ts'
import { foreignness, foreignSays, isGatewaysAnswer } from '../derive/foreign.ts'
import type { ResetGroup } from '../derive/groups.ts'
import { memoize } from '../derive/memoize.ts'
import type { ResetFacts } from '../derive/reset-facts.ts'
import { regularity } from '../derive/regularity.ts'

/** Nothing on a path forgets a connection sooner. */
const MIN_SILENCE_MS = 900
const MIN_SURVIVED = 3

/**
 * A NAT, load balancer or firewall forgot an idle connection: after a silence longer than those that survived, the next
 * segment is answered, or both ends are reset, by something that is not the peer.
 * Wrong when the peer itself restarted during the silence (its TTL and kernel say so), when the service moved to another
 * host at another distance (which answers new connections from there as well), and when a policy changed.
 */
export const middleboxIdleTimeout = defineCause({
  id: 'middlebox-idle-timeout',
  family: 'middlebox',
  scope: 'group',
  needs: ['reset', 'group', 'service'],
  uses: [],
  evaluate({ reset, group, service }) {
    if (!reset.established) return ruledOut('not-established')
    const silenceMs = Math.round(reset.silenceNs / 1e6)
    if (!reset.isSilenceKnown) return inconclusive({ id: 'needs-last-use', values: {} })
    if (silenceMs < MIN_SILENCE_MS) return ruledOut({ id: 'no-silence', values: { silenceMs } })
    const foreign = isGatewaysAnswer(reset) ? 'agreed' : foreignness(reset)
    if (foreign === 'none') return ruledOut('not-foreign')
    // One connection of the service may have survived longer on another path; nearly all must not have.
    const survivedMs = service.survivedQuantileMs ?? 0
    if (service.survivedSilences >= 3 && silenceMs < survivedMs * 0.95)
      return ruledOut({
        id: 'silence-survived-elsewhere',
        values: { silenceMs, survivedMs: Math.round(survivedMs) },
      })
    const says: Because =
      service.survivedSilences > 0
        ? {
            id: 'longest-silence-then-foreign-reset',
            values: { silenceMs, survivedMs: Math.round(survivedMs) },
          }
        : { id: 'silence-then-foreign-reset', values: { silenceMs } }
    const same = usualSilence(group)
    const also = foreignSays(reset)
    if (same !== undefined)
      also.push({
        id: 'same-silence-each-time',
        values: { silenceMs: Math.round(same.medianMs), count: same.count },
      })
    const proof = [citeRst(reset), ...citeOffending(reset), ...citeLast(reset, reset[reset.sender])]
    if (foreign === 'decisive') return matched('proven', says, proof, also)
    if (foreign === 'agreed') return matched('strong', says, proof, also)
    // One hint alone: the silence must do the rest, by being longer than those that others of the service survived.
    const isLonger = service.survivedSilences >= MIN_SURVIVED && isNearer(reset)
    return matched(isLonger ? 'likely' : 'possible', says, proof, also)
  },
})

/** The silence that the group's resets have in common. */
const usualSilence = memoize((group: ResetGroup) =>
  regularity(group.sample.map((each) => each.silenceNs / 1e6)),
)

/** The reset has lost fewer hops than the host's own packets: somebody on the way sent it. */
function isNearer(reset: ResetFacts): boolean {
  const hops = reset.rsts[0]?.hops ?? 0
  return hops > (reset[reset.sender].hops?.high ?? Infinity)
}

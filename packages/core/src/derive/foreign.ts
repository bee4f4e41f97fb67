import type { Because } from '../cause.ts'
import type { ForeignSign, ResetFacts } from './reset-facts.ts'
import { distance } from '../tcp/sequence.ts'
import { sidesOf } from './groups.ts'

/**
 * Signs that are each enough to say that the host named did not send the reset: its own capture lacks it, or it went
 * on speaking. The others are hints: a front end may answer with a TTL of its own.
 */
const DECISIVE: ReadonlySet<ForeignSign> = new Set(['unseen-at-sender', 'spoke-after'])

/** How strongly the reset looks like somebody else's: decisive, by signs that agree, by one hint, or not at all. */
export function foreignness(reset: ResetFacts): 'decisive' | 'agreed' | 'hint' | 'none' {
  // The kernel of the host named says that it sent this very reset.
  if (reset.kernelSent !== undefined) return 'none'
  if (reset.foreign.some((sign) => DECISIVE.has(sign))) return 'decisive'
  if (reset.foreign.length >= 2) return 'agreed'
  return reset.foreign.length === 1 ? 'hint' : 'none'
}

/**
 * The host named acknowledged the segment that the reset seems to answer, or answered it itself: what rejects segments
 * lets none of them through.
 */
export function wentThrough(reset: ResetFacts): boolean {
  const { own, peer } = sidesOf(reset)
  // A reset in answer to a message begins where the answer to it begins (RFC 9293 §3.10.7.1).
  if (own.turn !== undefined && reset.spokeLast === reset.sender && reset.rsts[0]?.seq === own.turn.seq)
    return true
  if (reset.offending === undefined || reset.offending.length === 0) return false
  if (reset.after[reset.sender].acks > 0) return true
  return own.acked !== undefined && distance(own.acked, peer.next) <= 0
}

/** The signs as sentences. */
export function foreignSays(reset: ResetFacts): Because[] {
  const { own } = sidesOf(reset)
  const rst = reset.rsts[0]
  return reset.foreign.map((sign): Because => {
    switch (sign) {
      case 'hops':
        return { id: 'foreign-hops', values: { hops: rst?.hops ?? 0, usualHops: own.hops?.high ?? 0 } }
      case 'timestamps-missing':
        return { id: 'foreign-timestamps', values: {} }
      case 'several-sequences':
        return { id: 'foreign-several-sequences', values: { count: reset.rstCount } }
      case 'spoke-after':
        return { id: 'foreign-spoke-after', values: { bytes: reset.after[reset.sender].bytes } }
      case 'unseen-at-sender':
        return { id: 'foreign-unseen-at-sender', values: {} }
      case 'both-named':
        return { id: 'foreign-both-named', values: {} }
    }
  })
}

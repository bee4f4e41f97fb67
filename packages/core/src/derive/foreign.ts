import type { Because } from '../cause.ts'
import type { ForeignSign, ResetFacts } from './reset-facts.ts'
import { distance } from '../tcp/sequence.ts'

/**
 * Signs that are each enough to say that the host named did not send the reset: its own capture lacks it, it went on
 * speaking, or it still had the socket afterwards. The others are hints: a front end may answer with a TTL of its own.
 */
const DECISIVE: ReadonlySet<ForeignSign> = new Set(['unseen-at-sender', 'spoke-after', 'socket-lived-on'])

/** How strongly the reset looks like somebody else's: decisive, by signs that agree, by one hint, or not at all. */
export function foreignness(reset: ResetFacts): 'decisive' | 'agreed' | 'hint' | 'none' {
  // The kernel of the host named says that it sent this very reset.
  if (reset.kernelSent !== undefined) return 'none'
  if (reset.foreign.some((sign) => DECISIVE.has(sign))) return 'decisive'
  if (reset.foreign.length >= 2) return 'agreed'
  return reset.foreign.length === 1 ? 'hint' : 'none'
}

/** Devices on a path are a few hops apart; hosts with another first TTL are 64 and more apart. */
const MAX_HOPS_NEARER = 16
const NO_CONNECTION: ReadonlySet<string> = new Set(['NO_SOCKET', 'TCP_FLAGS'])

/** A kernel says that it has no such connection, and stands nearer than the host named: a gateway answered for it. */
export function isGatewaysAnswer(reset: ResetFacts): boolean {
  // Where others of the service are answered from the same distance, it is a host of the service.
  if (!reset.foreign.includes('hops')) return false
  const { own, peer } = reset
  const [rst] = reset.rsts
  // Where the other side's packets have lost more hops than before, it was the place of the capture that changed.
  const isOnePlace = peer.hops?.low === peer.hops?.high
  const usual = own.hops?.high ?? 0
  const isNearer = isOnePlace && rst !== undefined && rst.hops > usual && rst.hops - usual <= MAX_HOPS_NEARER
  return isNearer && NO_CONNECTION.has(reset.kernelSent?.reason ?? '')
}

/**
 * The host named acknowledged the segment that the reset seems to answer, or answered it itself: what rejects segments
 * lets none of them through.
 */
export function wentThrough(reset: ResetFacts): boolean {
  const { own, peer } = reset
  // A reset in answer to a message begins where the answer to it begins (RFC 9293 §3.10.7.1).
  if (own.turn !== undefined && reset.spokeLast === reset.sender && reset.rsts[0]?.seq === own.turn.seq)
    return true
  if (reset.offending === undefined || reset.offending.length === 0) return false
  if (reset.after[reset.sender].acks > 0) return true
  return own.acked !== undefined && distance(own.acked, peer.next) <= 0
}

/** The signs as sentences. */
export function foreignSays(reset: ResetFacts): Because[] {
  const { own } = reset
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
      case 'socket-lived-on':
        return { id: 'foreign-socket-lived-on', values: {} }
      case 'both-named':
        return { id: 'foreign-both-named', values: {} }
    }
  })
}

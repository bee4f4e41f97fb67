import type { ForeignSign, ResetFacts, Role, RstSegment } from './reset-facts.ts'
import { other } from './reset-facts.ts'

const NO_SIGNS: readonly ForeignSign[] = []
/** Two resets in the name of both ends closer than this are one event, not an answer. */
const BOTH_NAMED_NS = 100e6

/** Timestamps are in use: every genuine segment with a socket behind it carries them (RFC 7323 §3.2). */
function usesTimestamps(shape: ResetFacts): boolean {
  const { client, server } = shape
  const offered = client.offersTimestamps && server.offersTimestamps
  return offered || (client.usesTimestamps && server.usesTimestamps)
}

/**
 * Whether a socket decided to reset (`active`: tcp_send_active_reset, RST,ACK in sequence) or a segment without a
 * socket was answered (`reply`: tcp_v4_send_reset; RFC 9293 §3.10.7.1: bare RST with the segment's ACK as sequence, or
 * RST,ACK with sequence 0 to a segment without ACK).
 */
export function formOf(shape: ResetFacts): 'active' | 'reply' | 'unclear' {
  const rst = shape.rsts[0]
  if (rst === undefined) return 'unclear'
  const own = shape[shape.sender]
  const peer = shape[other(shape.sender)]
  if (!rst.hasAck) {
    const answers = peer.acked !== undefined && rst.seq === peer.acked
    return answers || rst.window === 0 ? 'reply' : 'unclear'
  }
  if (rst.seq === 0 && !shape.established) return 'reply'
  if (usesTimestamps(shape) && !rst.timestamps) return 'unclear'
  if (own.packets === 0) return peer.packets > 0 && peer.syn ? 'reply' : 'active'
  return 'active'
}

/** Only a segment without ACK is answered with sequence number 0, and only a SYN has none (RFC 9293 §3.10.7.1). */
export function isAnswerToSyn({
  hasAck,
  seq,
  window,
}: Pick<RstSegment, 'hasAck' | 'seq' | 'window'>): boolean {
  return hasAck && seq === 0 && window === 0
}

/** Signs that the reset was made by something else than the host it names. */
export function foreignSigns(shape: ResetFacts): readonly ForeignSign[] {
  const { sender, rsts } = shape
  const rst = rsts[0]
  if (rst === undefined) return NO_SIGNS
  const signs: ForeignSign[] = []
  const own = shape[sender]
  if (own.hops !== undefined && (rst.hops < own.hops.low || rst.hops > own.hops.high)) signs.push('hops')
  if (rst.hasAck && shape.established && usesTimestamps(shape) && !rst.timestamps)
    signs.push('timestamps-missing')
  const isOne = rsts.length === 1
  if (!isOne && hasSeveralSequences(rsts, sender)) signs.push('several-sequences')
  const spoke = shape.after[sender]
  if (spoke.bytes > 0 || spoke.acks > 0) signs.push('spoke-after')
  const reverse = isOne ? undefined : rsts.find((each) => each.from !== sender)
  if (reverse !== undefined && reverse.ns - rst.ns < BOTH_NAMED_NS && rst.hasAck && reverse.hasAck)
    signs.push('both-named')
  return signs.length === 0 ? NO_SIGNS : signs
}

function hasSeveralSequences(rsts: readonly RstSegment[], sender: Role): boolean {
  const active = rsts.filter((each) => each.hasAck && each.from === sender)
  return active.some((each) => each.seq !== active[0]?.seq)
}

import { distance } from '../tcp/sequence.ts'
import { FIN, RST, SYN } from '../tcp/flags.ts'
import { MARKS } from './columns.ts'
import type { Followed, Sender } from './followed.ts'
import type { Mark } from './ladder-exhibit.ts'

/** Within this, what fills a hole was overtaken on the way; later it was sent again (tshark's rule of thumb). */
const OUT_OF_ORDER_NS = 3e6

export const BIT: Readonly<Record<Mark, number>> = {
  retransmission: bit('retransmission'),
  'out-of-order': bit('out-of-order'),
  'gap-before': bit('gap-before'),
  'zero-window': bit('zero-window'),
  'window-update': bit('window-update'),
  keepalive: bit('keepalive'),
  'keepalive-answer': bit('keepalive-answer'),
  'second-sight': bit('second-sight'),
  'after-reset': bit('after-reset'),
}

/** A window that stays closed or is closed by every other segment would leave no room for anything else. */
export const NOTABLE = ~(BIT['second-sight'] | BIT['window-update'] | BIT['after-reset'])

/** What is unusual about a segment: bits of `MARKS`, told from what went before it. */
export function marksOf(
  connection: Followed,
  own: Sender,
  peer: Sender,
  seq: number,
  ack: number,
  flags: number,
  payload: number,
  window: number,
  ns: number,
): number {
  let marks = connection.rsts.length > 0 ? BIT['after-reset'] : 0
  if ((flags & RST) !== 0) return marks
  const occupied = payload + ((flags & SYN) >> 1) + (flags & FIN)
  const isBare = (flags & (SYN | FIN)) === 0
  if (window === 0 && isBare) marks |= BIT['zero-window']
  if (!own.isSent) return marks
  const behind = distance(seq, own.next)
  if (isBare && payload <= 1 && behind === 1 && own.segments > 1) return marks | BIT.keepalive
  if (occupied > 0) {
    if (behind < 0) marks |= BIT['gap-before']
    else if (distance(own.next, seq + occupied) <= 0)
      marks |= fillsHole(own, seq, ns) ? BIT['out-of-order'] : BIT.retransmission
  } else if (isBare && behind === 0 && own.hasAcked && ack === own.acked) {
    if (peer.hasProbed && window === own.window) marks |= BIT['keepalive-answer']
    else if (window !== own.window && window > 0) marks |= BIT['window-update']
  }
  return marks
}

function fillsHole(own: Sender, seq: number, ns: number): boolean {
  const isInside = distance(own.holeFrom, seq) >= 0 && distance(seq, own.holeTo) > 0
  return isInside && ns - own.holeNs <= OUT_OF_ORDER_NS
}

function bit(mark: Mark): number {
  return 1 << MARKS.indexOf(mark)
}

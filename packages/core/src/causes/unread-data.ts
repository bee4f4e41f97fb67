import { defineCause, matched, ruledOut, type Strength } from '../cause.ts'
import { citeExchange, citeRst, citeUnread } from '../derive/cite.ts'
import type { SocketBefore } from '../derive/reset-facts.ts'
import { because, mayBeUnread, unreadEvidence, type UnreadEvidence } from '../derive/unread.ts'

/** How far each sign alone carries; the kernel's reason is the rule itself. */
const STRENGTH: Readonly<Record<UnreadEvidence['kind'], Strength>> = {
  kernel: 'proven',
  'zero-window': 'strong',
  'socket-table': 'strong',
  'window-shrunk': 'likely',
  'in-flight': 'likely',
  'response-incomplete': 'likely',
}

/**
 * A socket closed with data in its receive queue is reset by the kernel (RFC 2525 §2.17, net/ipv4/tcp.c __tcp_close).
 * Wrong when the close was a deliberate abort that merely happened with data in flight.
 */
export const unreadData = defineCause({
  id: 'unread-data',
  family: 'abnormal',
  scope: 'reset',
  needs: ['reset', 'group'],
  uses: ['gc'],
  evaluate({ reset, group, gc }) {
    if (reset.form !== 'active') return ruledOut('not-active')
    if (!reset.established) return ruledOut('not-established')
    const unread = unreadEvidence(reset)
    if (unread === undefined) {
      const reason = reset.kernelSent?.reason
      if (reason !== undefined) return ruledOut({ id: 'other-kernel-reason', values: { reason } })
      const bytes = mayBeUnread(reset)
      if (bytes === 0) return ruledOut('no-data-unread')
      return matched('possible', { id: 'unread-may-hide', values: { bytes } }, [
        citeRst(reset),
        ...citeExchange(reset),
      ])
    }
    // Connections that the program never accepted end the same way when their listener is closed: the kernel tells.
    const neverSpoke = reset.sender === 'server' && reset.server.dataSegments === 0
    if (
      neverSpoke &&
      unread.kind !== 'kernel' &&
      group.together(reset).length > 1 &&
      // A collector that is known to run there may have closed what its program forgot.
      (gc !== undefined || !wasAccepted(reset.socket, reset.listening))
    )
      return matched('possible', because(unread), [citeRst(reset), ...citeUnread(reset)])
    return matched(STRENGTH[unread.kind], because(unread), [citeRst(reset), ...citeUnread(reset)])
  },
})

/** A program had it, and its listener listens on: neither was the queue dropped nor did the process end. */
function wasAccepted(socket: SocketBefore | undefined, isListening: boolean): boolean {
  return isListening && socket?.unaccepted === false && socket.process !== undefined
}

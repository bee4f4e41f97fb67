import { defineCause, matched, ruledOut, type Because } from '../cause.ts'
import { citeKernel, citeLog, citeOffending, citeRst } from '../derive/cite.ts'
import { isRefusal } from '../derive/neighbours.ts'

/**
 * Nothing listens on the port: SYN answered by RST,ACK (RFC 9293 §3.10.7.1).
 * Wrong when a firewall answers in the host's name: then the TTL differs, or the host listens, or never saw the SYN; and
 * when a scanner sent a FIN without ACK, which a closed port answers alike and a capture without that segment does not tell.
 */
export const connectionRefused = defineCause({
  id: 'connection-refused',
  family: 'refused',
  scope: 'group',
  needs: ['reset', 'neighbours'],
  uses: ['logs'],
  evaluate({ reset, neighbours, logs }) {
    if (!isRefusal(reset)) return ruledOut(reset.established ? 'established' : 'not-by-server')
    if (reset.unseenAt.length > 0) return ruledOut('foreign-unseen-at-sender')
    const says: Because = { id: 'syn-answered-by-reset', values: {} }
    const reason = reset.kernelSent?.reason
    const events = logs?.near('refused') ?? []
    const proof = [citeRst(reset), ...citeOffending(reset), ...citeKernel(reset), ...citeLog(events)]
    if (reason === 'NO_SOCKET') return matched('proven', says, proof)
    // A rule of the host's own firewall refuses so, and cuts what was open as well.
    if (reset.listening || neighbours.cutInUse) return matched('possible', says, proof)
    return matched('strong', says, proof)
  },
})

import { defineCause, matched, ruledOut } from '../cause.ts'
import { citeRst } from '../derive/cite.ts'
import { other } from '../derive/reset-facts.ts'

/** A round trip or two: what was under way when the reset came still arrives. */
const MIN_LIFE_AFTER_NS = 50e6

/**
 * The reset was not in sequence (RFC 5961 §3.2: a challenge ACK, no reset) and the connection lived on: both sides
 * sent or acknowledged new data afterwards.
 */
export const ignoredReset = defineCause({
  id: 'ignored-reset',
  family: 'benign',
  scope: 'reset',
  needs: ['reset'],
  uses: [],
  evaluate({ reset }) {
    if (reset.client.fin !== undefined || reset.server.fin !== undefined) return ruledOut('took-effect')
    const receiver = reset.after[other(reset.sender)]
    const named = reset.after[reset.sender]
    const receiverWentOn = receiver.bytes > 0 || receiver.acks > 0
    const namedWentOn = named.bytes > 0 || named.acks > 0
    const livedNs = (reset.afterNs ?? reset.timeNs) - reset.timeNs
    const both = receiverWentOn && namedWentOn && livedNs > MIN_LIFE_AFTER_NS
    const closedWell = receiver.segments > 0 && named.segments > 0 && reset.finishedAfter && !reset.inSequence
    if (!both && !closedWell && reset.survivedResets === 0) return ruledOut('took-effect')
    if (reset.inSequence && !both) return ruledOut('took-effect')
    const bytes = receiver.bytes + named.bytes
    return matched('strong', { id: 'connection-lived-on', values: { bytes } }, [citeRst(reset)])
  },
})

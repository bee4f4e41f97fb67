import { defineCause, matched, ruledOut, type Because } from '../cause.ts'
import { citeRst } from '../derive/cite.ts'
import type { ResetGroup } from '../derive/groups.ts'

/** A probe is over at once; a connection kept open without data was meant for something. */
const MAX_LIFETIME_NS = 5e9
/** A check wants the handshake; who keeps silent for so long after it waits for the server to speak. */
const MAX_WAIT_NS = 1e9
const MAX_GREETING_BYTES = 1_024
const MIN_ALIKE = 3
/** What ends closer together ended for one reason. */
const INSTANT_NS = 100e6

/**
 * A handshake, then a reset by the side that opened, and no data from either: a load balancer's or kubelet's check.
 * Nothing was lost whoever did it. Wrong when the client meant to speak and was cut off before: then it did not reset; and
 * when it waited for the greeting of a server that hangs: then it kept silent for a second or more before.
 */
export const healthProbe = defineCause({
  id: 'health-probe',
  family: 'benign',
  scope: 'reset',
  needs: ['reset', 'group'],
  uses: [],
  evaluate({ reset, group }) {
    if (reset.sender !== 'client') return ruledOut('not-by-client')
    const { client, server } = reset
    if (client.dataSegments > 0) return ruledOut('data-was-exchanged')
    // SMTP, SSH and MySQL servers speak first: a check meets their greeting, again and again.
    const isGreeting = server.bytes > 0 && server.bytes <= MAX_GREETING_BYTES
    if (server.bytes > 0 && !(isGreeting && greetedAlike(group, server.bytes) >= MIN_ALIKE))
      return ruledOut('data-was-exchanged')
    if (!client.syn || !server.synAck) return ruledOut('not-established')
    if (server.fin !== undefined) return ruledOut({ id: 'fin-came-first', values: { by: server.address } })
    const lifetimeNs = reset.timeNs - reset.firstNs
    if (lifetimeNs > MAX_LIFETIME_NS) return ruledOut('established')
    const waitNs = reset.timeNs - Math.max(client.last?.ns ?? 0, server.last?.ns ?? 0)
    if (waitNs > MAX_WAIT_NS)
      return ruledOut({ id: 'waited-in-silence', values: { waitMs: Math.round(waitNs / 1e6) } })
    const says: Because = { id: 'probe-shape', values: { lifetimeMs: Math.round(lifetimeNs / 1e4) / 100 } }
    return matched('strong', says, [citeRst(reset)])
  },
})

/** At how many instants the group met that greeting: connections that end together are no series of checks. */
function greetedAlike(group: ResetGroup, bytes: number): number {
  let instants = 0
  let lastNs = -Infinity
  for (const { client, server, timeNs } of group.sample) {
    if (client.dataSegments > 0 || server.bytes !== bytes) continue
    if (timeNs - lastNs > INSTANT_NS) instants++
    lastNs = timeNs
  }
  return instants
}

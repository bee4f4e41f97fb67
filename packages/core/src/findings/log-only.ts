import type { Facts } from '../derive/facts.ts'
import type { Finding } from '../diagnosis.ts'
import { say } from '../messages/say.ts'

/** A log line and a reset on the wire this close may belong together: programs notice late, clocks differ a little. */
const NEAR_NS = 20e9
/** A stamp cut to the second may be this early; a line is written a little after what it speaks of. */
const EARLY_NS = 1e9
const LATE_NS = 100e6
/** A stamp cut to the millisecond may be earlier than the FIN that the line speaks of. */
const CUT_NS = 2e6
/** From the FIN that ended the connection to the line that calls it a reset; round trips and busy programs included. */
const AFTER_FIN_NS = 500e6
const WORDS = new Set(['reset', 'hang-up'])
/** errno 104 and its text come from a kernel that was sent a RST: a capture without one did not see it. */
const KERNEL_SAID = /reset by peer|errno\W{0,2}104\b|\b(?:read|write) ECONNRESET\b/i

/**
 * The log says reset, and the capture of that time has none but a FIN: many libraries call that a reset (Node's
 * “socket hang up”, Envoy's upstream_reset). Nothing on the wire was a reset, so nothing above `info`. Where the wire
 * shows nothing at all, the reset may have been forged for the other end, and the capture does not have it.
 */
export function findLogOnly(facts: Facts, timeOf: (ns: number) => string): Finding[] {
  const { timeline, allResetsNs, resetHosts, isFinWithin } = facts
  const unmet = timeline.events.filter(({ ns, word, text, peer }) => {
    // Node has that code for ends that its message tells better.
    if (ns === undefined || !(WORDS.has(word) || text.includes('ECONNRESET'))) return false
    if (KERNEL_SAID.test(text)) return false
    // A stamp without a fraction is that of a line written at any time of its second.
    const isWholeSecond = Math.round((timeline.epochUnixMs ?? 0) + ns / 1e6) % 1000 === 0
    const latestNs = isWholeSecond ? ns + EARLY_NS : ns
    if (ns < timeline.fromNs - EARLY_NS || latestNs > timeline.toNs + LATE_NS) return false
    if (peer !== undefined && resetHosts.has(peer.host)) return false
    if (!isFinWithin(ns - AFTER_FIN_NS, latestNs + CUT_NS)) return false
    return !allResetsNs.some((resetNs) => Math.abs(resetNs - ns) < NEAR_NS)
  })
  const [first] = unmet
  const last = unmet.at(-1)
  if (first?.ns === undefined || last?.ns === undefined) return []
  const server =
    first.peer === undefined
      ? 'unknown'
      : `${first.peer.host}${first.peer.port === undefined ? '' : `:${first.peer.port}`}`
  const values = {
    by: '',
    byServer: false,
    client: 'unknown',
    server,
    count: unmet.length,
    total: unmet.length,
    atLeast: false,
  }
  return [
    {
      cause: 'no-reset-on-wire',
      family: 'benign',
      severity: 'info',
      resetBy: 'none',
      client: 'unknown',
      server,
      connections: unmet.length,
      confidence: 0.75,
      statement: say('statement-no-reset-on-wire', values),
      because: [say('log-without-reset', { word: first.word, count: unmet.length, wire: 'no RST' })],
      proof: unmet
        .slice(0, 3)
        .map(({ input, line, text }) => ({ input, line, says: say('proof-log', { text }) })),
      from: timeOf(first.ns),
      to: timeOf(last.ns),
      excluded: [],
      alternatives: [],
      fix: { summary: say('fix-no-reset-on-wire', {}), doc: 'docs/causes/no-reset-on-wire.md' },
      next: [
        {
          says: say('next-explain', { cause: 'no-reset-on-wire' }),
          command: 'whyreset explain no-reset-on-wire',
        },
      ],
      incidents: [],
    },
  ]
}

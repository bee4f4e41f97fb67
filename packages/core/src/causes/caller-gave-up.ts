import { defineCause, matched, ruledOut, type Because } from '../cause.ts'
import { citeExchange, citeFin, citeLog, citeRst } from '../derive/cite.ts'
import { areEquallyIdle, closedValues } from '../derive/closed-at-once.ts'
import { responseProgress } from '../derive/phase.ts'
import type { ResetGroup } from '../derive/groups.ts'
import { memoize } from '../derive/memoize.ts'
import { regularity } from '../derive/regularity.ts'
import { unreadEvidence } from '../derive/unread.ts'
import type { ResetFacts } from '../derive/reset-facts.ts'
import { distance } from '../tcp/sequence.ts'

/** A client that had stopped reading did not give up waiting; it forgot the response. */
const MAX_STALL_SHARE = 0.5
/** No caller gives up sooner; a timeout in a log at that moment is somebody else's. */
const MIN_TIMEOUT_MS = 400
/** The server had sent something this shortly before the close. */
const MAX_FLOWING_NS = 500e6
/** More bursts than this tell nothing new. */
const MAX_BURSTS = 256

/**
 * The client closed while its request was unanswered or the answer still came: its timeout or a cancellation.
 * Wrong when the client closes early because it has seen enough (then the wait is not the same each time), and when
 * the socket was forgotten with the body unread (then its window had closed).
 */
export const callerGaveUp = defineCause({
  id: 'caller-gave-up',
  family: 'abnormal',
  scope: 'group',
  needs: ['reset', 'group', 'neighbours'],
  uses: ['logs'],
  evaluate({ reset, group, neighbours, logs }) {
    if (reset.sender !== 'client') return ruledOut('not-by-client')
    if (reset.form !== 'active' && reset.client.fin === undefined) return ruledOut('no-fin-before')
    const waitMs = gaveUpAfterMs(reset)
    if (waitMs === undefined) return ruledOut('no-request-open')
    const reason = reset.kernelSent?.reason
    if (reset.form === 'active' && reason === 'TCP_KEEPALIVE_TIMEOUT')
      return ruledOut({ id: 'other-kernel-reason', values: { reason } })
    const progress = responseProgress(reset.exchange, reset.server)
    const awaiting = isAwaiting(reset)
    const delivered = progress?.deliveredBytes ?? 0
    const says: Because = awaiting
      ? { id: 'gave-up-awaiting-response', values: { afterMs: Math.round(waitMs) } }
      : { id: 'gave-up-in-response', values: { afterMs: Math.round(waitMs), delivered } }
    const events = [...(logs?.near('gave-up') ?? []), ...(logs?.near('timed-out') ?? [])]
    const same = sameWait(group)
    const isSame =
      same !== undefined && Math.abs(same.medianMs - waitMs) <= Math.max(120, same.medianMs * 0.06)
    const also: Because[] = []
    if (isSame)
      also.push({
        id: 'same-wait-each-time',
        values: { waitMs: Math.round(same.medianMs), count: same.count },
      })
    if (events.length > 0) also.push({ id: 'log-says', values: { word: 'timed-out', count: events.length } })
    const proof = [
      citeRst(reset),
      ...citeFin(reset, reset.client),
      ...citeExchange(reset),
      ...citeLog(events),
    ]
    if (hadStalled(reset, waitMs)) return matched('possible', says, proof, also)
    // After waits of different lengths at one instant: it was not the wait that was over.
    if (!isSame && reset.client.fin !== undefined && !areEquallyIdle(neighbours.closedAtOnce))
      return matched('possible', says, proof, [
        ...also,
        { id: 'closed-at-once', values: closedValues(neighbours.closedAtOnce) },
      ])
    // A stream that flows until it is closed has no end to wait for: closing it on a timer is no giving up.
    const closedNs = reset.client.fin?.ns ?? reset.timeNs
    const flowed =
      (reset.server.turn?.ns ?? Infinity) < closedNs &&
      closedNs - (reset.server.lastDataNs ?? 0) < MAX_FLOWING_NS
    if (reset.exchange.protocol === 'other' && !awaiting && flowed && events.length === 0)
      return matched('possible', says, proof, also)
    if (isSame && same.count >= 3) return matched(events.length > 0 ? 'proven' : 'strong', says, proof, also)
    if (events.length > 0 && waitMs >= MIN_TIMEOUT_MS) return matched('strong', says, proof, also)
    if (isSame) return matched('likely', says, proof, also)
    // A FIN of its own in the middle of an answer: it closed, whatever made it; nothing unread forced a reset.
    const closedOpenly = reset.client.fin !== undefined && reset.form === 'reply'
    const known = reset.exchange.method !== undefined
    return matched(closedOpenly && known ? 'likely' : 'possible', says, proof, also)
  },
})

/**
 * The wait that the group's clients have in common; asked for each of its resets, and the same for all. Connections that
 * are closed together waited equally long by accident when they began together: a burst counts once. Who had stopped
 * reading waited for nothing: a collector that closes such connections may have a rhythm too.
 */
const sameWait = memoize((group: ResetGroup) => {
  const firsts = group.bursts.slice(0, MAX_BURSTS).flatMap((burst) => burst.resets.slice(0, 1))
  return regularity(
    firsts.flatMap((reset) => {
      const waitMs = gaveUpAfterMs(reset)
      return waitMs === undefined || hadStalled(reset, waitMs) ? [] : [waitMs]
    }),
  )
})

/** Whether the client had stopped reading for most of the wait. */
function hadStalled({ client, timeNs }: ResetFacts, waitMs: number): boolean {
  return (
    client.zeroWindow !== undefined && (timeNs - client.zeroWindow.sinceNs) / 1e6 > waitMs * MAX_STALL_SHARE
  )
}

/** Milliseconds from the request to the client's close, when the response had not come or not come whole. */
function gaveUpAfterMs(reset: ResetFacts): number | undefined {
  const { client, server } = reset
  if (!reset.established || client.turn === undefined || reset.exchange.endless === true) return undefined
  const closedNs = client.fin?.ns ?? reset.timeNs
  if (server.fin !== undefined && server.fin.ns <= closedNs) return undefined
  const waitMs = (closedNs - client.turn.ns) / 1e6
  if (isAwaiting(reset)) return waitMs
  const progress = responseProgress(reset.exchange, server)
  if (progress?.complete === true && !isLate(reset, progress, waitMs)) return undefined
  // Without a known length, an answer that still came after the close was not at its end.
  const isCut = reset.form === 'active' && unreadEvidence(reset) !== undefined
  const wentOn =
    isCut || progress !== undefined || (server.lastDataNs ?? 0) > closedNs || reset.exchange.chunked === true
  return wentOn ? waitMs : undefined
}

/** Part of the answer, which is whole by now, came after the close: it was not waited for any longer. */
function isLate(
  { client, server }: ResetFacts,
  { deliveredBytes, announcedBytes }: { readonly deliveredBytes: number; readonly announcedBytes: number },
  waitMs: number,
): boolean {
  if (client.fin === undefined || client.acked === undefined || waitMs < MIN_TIMEOUT_MS) return false
  const unheard = distance(client.acked, server.next) - (server.fin === undefined ? 0 : 1)
  return (server.lastDataNs ?? 0) > client.fin.ns && deliveredBytes - unheard < announcedBytes
}

/** Nothing of the answer had come when the client closed. One that closes right after it asked expects none. */
function isAwaiting({ client: { fin, turn }, server, spokeLast }: ResetFacts): boolean {
  if (spokeLast === 'client') return true
  if (fin === undefined || turn === undefined || server.turn === undefined) return false
  return server.turn.ns > fin.ns && fin.ns - turn.ns >= MIN_TIMEOUT_MS * 1e6
}

import { memoize } from './memoize.ts'
import type { ResetFacts } from './reset-facts.ts'

/**
 * Connections that one host closed (FIN) in one go, and how long the least and the most idle of them had been idle: of
 * those that the other side used again, and of which the close had not been announced.
 */
export interface ClosedAtOnce {
  readonly count: number
  readonly leastIdleNs: number
  readonly mostIdleNs: number
}

/** FINs closer than this are of one action of a program. */
const ACTION_NS = 20e6
/** Shorter pauses are no idleness. */
const MIN_IDLE_NS = 100e6
const NOTHING: ClosedAtOnce = { count: 0, leastIdleNs: 0, mostIdleNs: 0 }
/** Of very many, looking at more tells nothing new. */
const MAX_LOOKED_AT = 256
/** Over TLS a longer answer took a while by itself: when it ended is not known. */
const MAX_SHORT_BYTES = 65_536

/** @param closed resets of one service by the side that had closed the connections before, each of them with its FIN */
export function closedAtOnce(closed: readonly ResetFacts[], { own: { fin } }: ResetFacts): ClosedAtOnce {
  if (fin === undefined) return NOTHING
  const sorted = inOrderOfFins(closed)
  const first = firstFinFrom(sorted, fin.ns - ACTION_NS)
  const end = firstFinFrom(sorted, fin.ns + ACTION_NS)
  let leastIdleNs = Infinity
  let mostIdleNs = 0
  for (const each of sorted.slice(first, Math.min(end, first + MAX_LOOKED_AT))) {
    const idleNs = each.exchange.closes !== true && isUsedAgain(each) ? idleBeforeFin(each) : undefined
    if (idleNs === undefined) continue
    leastIdleNs = Math.min(leastIdleNs, idleNs)
    mostIdleNs = Math.max(mostIdleNs, idleNs)
  }
  return { count: end - first, leastIdleNs: Math.min(leastIdleNs, mostIdleNs), mostIdleNs }
}

/** The other side began to speak again after the sender's FIN: the connection had been idle, not in use. */
export function isUsedAgain({ peer, own }: ResetFacts): boolean {
  return own.fin !== undefined && (peer.turn?.ns ?? 0) > own.fin.ns
}

/**
 * Whether they may have been closed because a time was over: all about equally idle. What looks only now and then for
 * connections whose time is over finds some that were idle for as long again.
 */
export function areEquallyIdle({ leastIdleNs, mostIdleNs }: ClosedAtOnce): boolean {
  return leastIdleNs >= mostIdleNs / 2
}

/** As a sentence takes it. */
export function closedValues({ count, leastIdleNs, mostIdleNs }: ClosedAtOnce): {
  count: number
  leastMs: number
  mostMs: number
} {
  return { count, leastMs: idleMs(leastIdleNs), mostMs: idleMs(mostIdleNs) }
}

function idleMs(ns: number): number {
  return ns < MIN_IDLE_NS ? 0 : Math.round(ns / 1e6)
}

/**
 * How long the connection had been idle when the sender of the reset closed it; undefined where that is not known.
 * Nobody speaks in a silence, but keepalive probes end it: the words themselves may be older.
 */
export function idleBeforeFin({ exchange, own }: ResetFacts): number | undefined {
  const { fin, turn, lastDataNs, next } = own
  if (fin === undefined) return undefined
  if (exchange.protocol !== 'tls') return Math.max(fin.silenceNs, fin.ns - (lastDataNs ?? fin.ns))
  // Its last words may be its close_notify: the idle time began with its last answer.
  const said = turn === undefined ? 0 : (next - turn.seq) >>> 0
  if (turn !== undefined && said <= MAX_SHORT_BYTES) return Math.max(fin.silenceNs, fin.ns - turn.ns)
  return fin.silenceNs > 0 ? fin.silenceNs : undefined
}

const inOrderOfFins = memoize((closed: readonly ResetFacts[]) =>
  closed.toSorted((x, y) => finNs(x) - finNs(y)),
)

function firstFinFrom(sorted: readonly ResetFacts[], ns: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    const each = sorted[middle]
    if (each !== undefined && finNs(each) < ns) low = middle + 1
    else high = middle
  }
  return low
}

function finNs({ own }: ResetFacts): number {
  return own.fin?.ns ?? 0
}

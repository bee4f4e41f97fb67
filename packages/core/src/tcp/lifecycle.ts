import { Identities, highHash, lowHash } from './identities.ts'
import type { Kernel } from './kernel.ts'
import { Lingering } from './lingering.ts'
import { RecentFins } from './recent-fins.ts'
import { RecentIdentities } from './recent-identities.ts'
import * as L from './row.ts'
import type { Unfinished } from './unfinished.ts'
import type { Rows } from './rows.ts'
import { noteHops, Services, type Service } from './services.ts'
import { LINGER_NS, MAX_LIVE_ROWS } from './table-limits.ts'

const EVICTION_CANDIDATES = 64

/** How a connection ended, as far as the capture shows. Bits, because vantages are joined. */
const ENDED_GRACEFULLY = 1
const ENDED_BY_RESET = 2

// Words of an identity's value
/** The stream's number, and above it which bases are known and whether the connection had ended. */
const V_STREAM = 0
const V_BASES = 1 // two words
const MAX_STREAM = 0x1fff_ffff
const V_BASE_SHIFT = 29
const V_ENDED = 1 << 31
const J_SEEN = 0
const J_RESET = 1
const J_ENDING = 2

const ANY_SYN = L.STATE_SYN | (L.STATE_SYN << 1)
const ANY_SYN_ACK = L.STATE_SYN_ACK | (L.STATE_SYN_ACK << 1)

/** What the table keeps of a connection beyond its row's life: for numbering, for counting, for its service. */
export class Lifecycle {
  readonly services = new Services()
  private readonly fins = new RecentFins()
  connections = 0
  graceful = 0
  reset = 0
  /** Of the reset ones, those whose SYN was never answered otherwise; not joined over vantages. */
  refused = 0
  /** The time that was asked about, on the tracker's axis. */
  askedFromNs = -Infinity
  askedToNs = Infinity
  /** What was open and stuck when the capture ended. */
  readonly unfinished: Unfinished[] = []
  private readonly rows: Rows
  /** Recycled connections by 4-tuple and input, so that stragglers keep their stream's number. */
  private readonly numbered = new RecentIdentities()
  /** All connections by 4-tuple and ISN, across tracks; only with several captures. */
  private readonly joined: Identities | undefined
  private readonly lingering: Lingering
  private hand = 0

  constructor(rows: Rows, severalCaptures: boolean) {
    this.rows = rows
    this.lingering = new Lingering(rows)
    this.joined = severalCaptures ? new Identities() : undefined
  }

  /** Makes the row recyclable after a while; returns its new name. */
  queue(open: number, timeNs: number): number {
    const row = this.rows.close(open)
    this.lingering.push(row, timeNs)
    this.noteClosed(row)
    return row
  }

  /**
   * Sums up what was closed now, while its row is in the cache. Over several captures the sums are of joined
   * connections: at the end.
   */
  noteClosed(row: number): void {
    if (this.joined !== undefined) return
    this.retire(row)
    this.rows.i32[row + L.U_STATE] = (this.rows.i32[row + L.U_STATE] as number) | L.STATE_SUMMED
  }

  /** Recycles what has been closed, and not heard since, for long enough. */
  sweep(nowNs: number, finish: (row: number) => void): void {
    const { lingering } = this
    for (let row = lingering.first; row >= 0; row = lingering.first) {
      const isFull = this.rows.live >= MAX_LIVE_ROWS
      if (nowNs - lingering.queuedNs(row) < LINGER_NS && !isFull) return
      const heardNs = lingering.lastHeardNs(row)
      lingering.remove(row)
      if (isFull || nowNs - heardNs >= LINGER_NS) finish(row)
      else lingering.push(row, heardNs)
    }
    if (this.rows.live >= MAX_LIVE_ROWS) this.evict(finish)
  }

  /**
   * Whether a closed row's time is over, so that what comes now is not of its connection. Which other connections
   * begin in between, and so when `sweep` is called, makes no difference.
   */
  isOver(row: number, nowNs: number): boolean {
    const isClosed = ((this.rows.i32[row + L.U_STATE] as number) & L.STATE_CLOSING) !== 0
    return isClosed && this.lingering.isOver(row, nowNs)
  }

  /** The row is gone before its turn in the queue (its ports were used again). */
  unqueue(row: number): void {
    if (((this.rows.u32[row + L.U_STATE] as number) & L.STATE_CLOSING) !== 0) this.lingering.remove(row)
  }

  /** What the kernel asks before it begins or recycles a row is in its memory from now on. */
  moveTo(kernel: Kernel): void {
    this.numbered.moveTo(kernel)
  }

  lendTo(kernel: Kernel): void {
    this.lingering.lendTo(kernel)
  }

  takeBackFrom(kernel: Kernel): void {
    this.lingering.takeBackFrom(kernel)
  }

  /** Sums the connection up: when it closes, or when its row is given back or the analysis ends. */
  retire(row: number): void {
    const state = this.rows.i32[row + L.U_STATE] as number
    if ((state & L.STATE_SUMMED) !== 0) return
    const ending = endingOf(state)
    if ((state & L.STATE_CLOSED_BEFORE) === 0) this.count(row, ending, 1)
    this.remember(row, ending)
    const service = this.serviceOf(row)
    if (service === undefined) return
    service.connections++
    if (this.isAsked(row)) service.asked++
    if (ending === ENDED_GRACEFULLY) service.graceful++
    this.countProtocol(row, service, state, 1)
    this.noteService(row, service, state)
  }

  /** A closed connection is heard again: what `retire` counted will be counted at its end. */
  reopen(row: number): void {
    const state = this.rows.i32[row + L.U_STATE] as number
    if ((state & L.STATE_SUMMED) === 0) return
    this.rows.i32[row + L.U_STATE] = state & ~L.STATE_SUMMED
    const ending = endingOf(state)
    if ((state & L.STATE_CLOSED_BEFORE) === 0) this.count(row, ending, -1)
    const service = this.serviceOf(row)
    if (service === undefined) return
    service.connections--
    // Nothing was heard since it was summed up: the answer is the same.
    if (this.isAsked(row)) service.asked--
    if (ending === ENDED_GRACEFULLY) service.graceful--
    this.countProtocol(row, service, state, -1)
  }

  private countProtocol(row: number, service: Service, state: number, by: 1 | -1): void {
    if ((state & ANY_SYN) === 0) return
    const u = this.rows.u32
    const answers = u[
      row + L.COMMON_WORDS + serverDirection(u, row) * L.DIRECTION_WORDS + L.U_TURNS
    ] as number
    if ((state & L.STATE_TLS) !== 0) service.tls += by
    else if (answers > 0) service.plain += by
  }

  private isAsked(row: number): boolean {
    const { f64 } = this.rows
    const firstNs = f64[(row >> 1) + L.F_FIRST_NS] as number
    const lastNs = f64[(row >> 1) + L.F_LAST_NS] as number
    return lastNs >= this.askedFromNs && firstNs <= this.askedToNs
  }

  /** Keeps the row's stream number for those of its segments that come after it was given back. */
  remember(row: number, ending = 0): void {
    const { u32: u, i32: i } = this.rows
    const state = u[row + L.U_STATE] as number
    const extra = i[row + L.U_INPUT] as number
    const high = keyHigh(i, row, extra)
    const low = keyLow(i, row, extra)
    const identities = this.numbered.forNew(high, low)
    const at = identities.findOrAdd(high, low)
    const { values } = identities
    const bases = ((state >>> L.STATE_BASE_SHIFT) & 3) << V_BASE_SHIFT
    values[at + V_STREAM] =
      ((u[row + L.U_STREAM] as number) & MAX_STREAM) | bases | (ending === 0 ? 0 : V_ENDED)
    values[at + V_BASES] = u[row + L.COMMON_WORDS + L.U_BASE] as number
    values[at + V_BASES + 1] = u[row + L.COMMON_WORDS + L.DIRECTION_WORDS + L.U_BASE] as number
  }

  private noteService(row: number, service: Service, state: number): void {
    const { u32: u, f64: f } = this.rows
    const firstNs = f[(row >> 1) + L.F_FIRST_NS] as number
    if ((state & L.STATE_ESTABLISHED) !== 0 && firstNs > service.lastEstablishedNs)
      service.lastEstablishedNs = firstNs
    const d = row + L.COMMON_WORDS + serverDirection(u, row) * L.DIRECTION_WORDS
    if (u[d + L.U_PACKETS] === 0) return
    const options = u[d + L.U_OPTIONS] as number
    const low = (options >>> 8) & 0xff
    const high = (options >>> 16) & 0xff
    const track = (u[row + L.U_META] as number) & 0xff
    noteHops(service, track, low, high)
  }

  /** Gives a new row the number and bases of an earlier stream on the same ports in the same input, if there was one. */
  recall(row: number): boolean {
    const u = this.rows.i32
    const extra = u[row + L.U_INPUT] as number
    const high = keyHigh(u, row, extra)
    const low = keyLow(u, row, extra)
    const identities = this.numbered.holderOf(high, low)
    if (identities === undefined) return false
    const { values } = identities
    const at = identities.find(high, low)
    const stored = values[at + V_STREAM] as number
    u[row + L.U_STREAM] = stored & MAX_STREAM
    u[row + L.COMMON_WORDS + L.U_BASE] = values[at + V_BASES] as number
    u[row + L.COMMON_WORDS + L.DIRECTION_WORDS + L.U_BASE] = values[at + V_BASES + 1] as number
    let state = ((stored >>> V_BASE_SHIFT) & 3) << L.STATE_BASE_SHIFT
    if ((stored & V_ENDED) !== 0) state |= L.STATE_CLOSED_BEFORE
    u[row + L.U_STATE] = (u[row + L.U_STATE] as number) | state
    return true
  }

  noteSurvivedSilence(row: number, silenceNs: number): void {
    this.serviceOf(row)?.survivedSilences.add(silenceNs / 1e6)
  }

  noteFin(isIpv6: boolean, address: number, timeNs: number): void {
    this.fins.note(timeNs, isIpv6, address)
  }

  /** Calls back with each remembered FIN: its time and its sender. */
  forEachFin(callback: (timeNs: number, isIpv6: boolean, address: number) => void): void {
    this.fins.forEach(callback)
  }

  noteIdleBeforeServerFin(isIpv6: boolean, address: number, port: number, idleNs: number): void {
    this.services.touch(isIpv6, address, port)?.idleBeforeServerFin.add(idleNs / 1e6)
  }

  /** Which tracks saw a connection and in which of them it was reset: bit masks, for the join of vantages. */
  sightings(row: Uint32Array, at: number): { readonly seen: number; readonly reset: number } | undefined {
    if (this.joined === undefined) return undefined
    const i = new Int32Array(row.buffer)
    const isn = clientIsn(row, at)
    const found = this.joined.find(keyHigh(i, at, isn), keyLow(i, at, isn))
    if (found < 0) return undefined
    return {
      seen: this.joined.values[found + J_SEEN] as number,
      reset: this.joined.values[found + J_RESET] as number,
    }
  }

  /** Counts joined over all vantages. */
  totals(): { connections: number; graceful: number; reset: number } {
    if (this.joined === undefined) {
      return { connections: this.connections, graceful: this.graceful, reset: this.reset }
    }
    let connections = this.joined.refused
    let graceful = 0
    let reset = 0
    const { values } = this.joined
    this.joined.forEach((at) => {
      connections++
      const ending = values[at + J_ENDING] as number
      if ((ending & ENDED_BY_RESET) !== 0) reset++
      else if ((ending & ENDED_GRACEFULLY) !== 0) graceful++
    })
    return { connections, graceful, reset }
  }

  private count(row: number, ending: number, by: 1 | -1): void {
    this.connections += by
    if (ending === ENDED_GRACEFULLY) this.graceful += by
    if (ending === ENDED_BY_RESET) {
      this.reset += by
      const state = this.rows.i32[row + L.U_STATE] as number
      if ((state & (L.STATE_ESTABLISHED | ANY_SYN_ACK)) === 0 && (state & ANY_SYN) !== 0) this.refused += by
    }
    if (this.joined === undefined) return
    const u = this.rows.u32
    const isn = clientIsn(u, row)
    const i = this.rows.i32
    const at = this.joined.findOrAdd(keyHigh(i, row, isn), keyLow(i, row, isn))
    if (at < 0) return
    const { values } = this.joined
    const track = 1 << ((u[row + L.U_META] as number) & 31)
    values[at + J_SEEN] = (values[at + J_SEEN] as number) | track
    values[at + J_ENDING] = (values[at + J_ENDING] as number) | ending
    if (ending === ENDED_BY_RESET) values[at + J_RESET] = (values[at + J_RESET] as number) | track
  }

  private serviceOf(row: number): Service | undefined {
    const u = this.rows.u32
    const server = serverDirection(u, row)
    const ports = u[row + L.U_PORTS] as number
    return this.services.touch(
      ((u[row + L.U_META] as number) & 256) !== 0,
      u[row + (server === 0 ? L.U_ADDRESS_A : L.U_ADDRESS_B)] as number,
      server === 0 ? ports >>> 16 : ports & 0xffff,
    )
  }

  /** A clock hand over the rows: of a few candidates the idlest goes. */
  private evict(finish: (row: number) => void): void {
    const { f64, extent } = this.rows
    let idlest = -1
    for (let count = 0; count < EVICTION_CANDIDATES;) {
      const row = this.rows.rowAt(this.hand)
      this.hand = (this.hand + 1) % extent
      if (this.rows.isFree(row)) continue
      if (
        count === 0 ||
        (f64[(row >> 1) + L.F_LAST_NS] as number) < (f64[(idlest >> 1) + L.F_LAST_NS] as number)
      )
        idlest = row
      count++
    }
    this.unqueue(idlest)
    finish(idlest)
  }
}

/**
 * Which direction the server sends: the one that did not send SYN; unseen, the one with the lower port. What a socket
 * table knows better is applied later, to the connections that a finding speaks of.
 */
export function serverDirection(u: Uint32Array, row: number): 0 | 1 {
  const state = u[row + L.U_STATE] as number
  if ((state & L.STATE_SYN) !== 0) return 1
  if ((state & (L.STATE_SYN << 1)) !== 0) return 0
  if ((state & L.STATE_SYN_ACK) !== 0) return 0
  if ((state & (L.STATE_SYN_ACK << 1)) !== 0) return 1
  const ports = u[row + L.U_PORTS] as number
  return ports >>> 16 <= (ports & 0xffff) ? 0 : 1
}

function endingOf(state: number): number {
  if ((state & L.STATE_RST) !== 0) return ENDED_BY_RESET
  const bothFins = L.STATE_FIN | (L.STATE_FIN << 1)
  return (state & bothFins) === bothFins ? ENDED_GRACEFULLY : 0
}

/** The ISN of a client whose SYN was seen, else 0: with ports and addresses, the same connection at every vantage. */
function clientIsn(u: Uint32Array, row: number): number {
  const client = 1 - serverDirection(u, row)
  const synSeen = ((u[row + L.U_STATE] as number) & (L.STATE_SYN << client)) !== 0
  return synSeen ? (u[row + L.COMMON_WORDS + client * L.DIRECTION_WORDS + L.U_ISN] as number) | 0 : 0
}

function keyHigh(u: Int32Array, row: number, extra: number): number {
  return highHash(
    u[row + L.U_ADDRESS_A] as number,
    u[row + L.U_ADDRESS_B] as number,
    u[row + L.U_PORTS] as number,
    (u[row + L.U_META] as number) & L.META_IPV6,
    extra,
  )
}

function keyLow(u: Int32Array, row: number, extra: number): number {
  return lowHash(
    u[row + L.U_ADDRESS_A] as number,
    u[row + L.U_ADDRESS_B] as number,
    u[row + L.U_PORTS] as number,
    (u[row + L.U_META] as number) & L.META_IPV6,
    extra,
  )
}

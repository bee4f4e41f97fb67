import { Churn } from './churn.ts'
import { ENDED_BY_RESET, ENDED_GRACEFULLY, endingOf } from './ending.ts'
import { JoinedConnections } from './joined-connections.ts'
import * as K from './kernel-layout.ts'
import type { Kernel } from './kernel.ts'
import { Lingering } from './lingering.ts'
import { RecentFins } from './recent-fins.ts'
import * as L from './row.ts'
import type { Unfinished } from './unfinished.ts'
import type { Rows } from './rows.ts'
import { SEVERAL, noteHops, Services, type Service } from './services.ts'
import { serverDirection } from './server-direction.ts'
import { ServiceTallies } from './service-tallies.ts'
import { StreamNumbers } from './stream-numbers.ts'
import { LINGER_NS, MAX_LIVE_ROWS } from './table-limits.ts'

const EVICTION_CANDIDATES = 64

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
  readonly numbers: StreamNumbers
  /** Only with several captures. */
  private readonly joined: JoinedConnections | undefined
  private readonly lingering: Lingering
  /** Once there is a kernel, which sums up for itself. */
  private tallies: ServiceTallies | undefined
  private hand = 0

  constructor(rows: Rows, severalCaptures: boolean) {
    this.rows = rows
    this.numbers = new StreamNumbers(rows)
    this.lingering = new Lingering(rows)
    this.joined = severalCaptures ? new JoinedConnections() : undefined
  }

  /** Makes the row recyclable after a while; returns its new name. */
  queue(open: number, timeNs: number): number {
    const row = this.rows.close(open)
    this.lingering.push(row, timeNs)
    if (this.joined === undefined) this.sumUpClosed(row, false)
    return row
  }

  /** The kernel closed a connection: what it has not summed up is. */
  noteClosed(row: number): void {
    const { rows, joined } = this
    if (joined !== undefined || ((rows.i32[row + L.U_STATE] as number) & L.STATE_SUMMED) !== 0) return
    this.sumUpClosed(row, true)
  }

  /**
   * What was closed now, while its row is in the cache; the next connections of the client to the service are the
   * kernel's. Over several captures the sums are of joined ones: at the end.
   */
  private sumUpClosed(row: number, isRemembered: boolean): void {
    this.sumUp(row, isRemembered)
    const { rows, tallies } = this
    rows.i32[row + L.U_STATE] = (rows.i32[row + L.U_STATE] as number) | L.STATE_SUMMED
    // IPv4 alone: the kernel follows nothing else.
    if (tallies === undefined || ((rows.u32[row + L.U_META] as number) & L.META_IPV6) !== 0) return
    const service = this.serviceOf(row)
    const client = clientOf(rows.u32, row)
    if (service?.churn?.knows(client) === true) tallies.adopt(service, client)
  }

  /** Adds what the kernel has summed up of connections of this track. */
  settle(track: number): void {
    this.tallies?.settle(track)
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

  /** What the kernel begins, closes and recycles is noted in its memory from now on. */
  moveTo(kernel: Kernel): void {
    this.numbers.moveTo(kernel)
    this.fins.moveTo(kernel)
    this.tallies = new ServiceTallies(kernel)
    kernel.control.setInt32(K.C_SUMS_UP, this.joined === undefined ? 1 : 0, true)
  }

  lendTo(kernel: Kernel): void {
    this.lingering.lendTo(kernel)
    this.numbers.lendTo(kernel)
    this.fins.lendTo(kernel)
    kernel.control.setInt32(K.C_SUMMED_UP, 0, true)
    kernel.control.setInt32(K.C_SUMMED_RESETS, 0, true)
    kernel.control.setFloat64(K.C_ASKED_FROM_NS, this.askedFromNs, true)
    kernel.control.setFloat64(K.C_ASKED_TO_NS, this.askedToNs, true)
  }

  takeBackFrom(kernel: Kernel): void {
    this.lingering.takeBackFrom(kernel)
    this.numbers.takeBackFrom(kernel)
    this.fins.takeBackFrom(kernel)
    const summedUp = kernel.control.getInt32(K.C_SUMMED_UP, true)
    const resets = kernel.control.getInt32(K.C_SUMMED_RESETS, true)
    this.connections += summedUp + resets
    this.graceful += summedUp
    this.reset += resets
  }

  /**
   * Sums the connection up: when it closes, or when its row is given back or the analysis ends.
   *
   * @param isRemembered whether its stream's number is already, as the kernel does when it closes one
   */
  sumUp(row: number, isRemembered: boolean): void {
    const state = this.rows.i32[row + L.U_STATE] as number
    const ending = endingOf(state)
    if (!isRemembered) this.numbers.remember(row, ending !== 0)
    this.count(row, ending, 1)
    this.noteService(row, state)
  }

  /** A closed connection is heard again: what `sumUp` counted will be counted at its end. */
  reopen(row: number): void {
    const state = this.rows.i32[row + L.U_STATE] as number
    if ((state & L.STATE_SUMMED) === 0) return
    this.rows.i32[row + L.U_STATE] = state & ~L.STATE_SUMMED
    // Nothing was heard since it was summed up: each answer is the same.
    this.count(row, endingOf(state), -1)
  }

  private countChurn(row: number, service: Service, ending: number, by: 1 | -1): void {
    const { u32: u, f64: f } = this.rows
    const state = u[row + L.U_STATE] as number
    const isRefused = (state & (L.STATE_ESTABLISHED | ANY_SYN_ACK)) === 0 && (state & ANY_SYN) !== 0
    if (!isRefused && !this.isAsked(row)) return
    const client = clientOf(u, row)
    if (isRefused) {
      service.seeker = (service.seeker ?? client) === client ? client : SEVERAL
      return
    }
    const churn = (service.churn ??= new Churn())
    churn.add((u[row + L.U_META] as number) & 0xff, client, by)
    if (ending === 0 || (state & ANY_SYN) === 0) return
    const firstNs = f[(row >> 1) + L.F_FIRST_NS] as number
    churn.lifetimes.add(((f[(row >> 1) + L.F_LAST_NS] as number) - firstNs) / 1e6, by)
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

  private noteService(row: number, state: number): void {
    const service = this.serviceOf(row)
    if (service === undefined) return
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

  noteSurvivedSilence(row: number, silenceNs: number): void {
    this.serviceOf(row)?.survivedSilences.add(silenceNs / 1e6)
  }

  noteFin(isIpv6: boolean, address: number, timeNs: number): void {
    this.fins.note(timeNs, isIpv6, address)
  }

  recentFins(): ReturnType<RecentFins['inOrder']> {
    return this.fins.inOrder()
  }

  noteIdleBeforeServerFin(isIpv6: boolean, address: number, port: number, idleNs: number): void {
    this.services.touch(isIpv6, address, port)?.idleBeforeServerFin.add(idleNs / 1e6)
  }

  /** Which tracks saw a connection: see `JoinedConnections`. Nothing to join in a single capture. */
  sightings(row: Uint32Array, at: number): ReturnType<JoinedConnections['sightings']> {
    return this.joined?.sightings(row, at)
  }

  /** Counts joined over all vantages. */
  totals(): { connections: number; graceful: number; reset: number } {
    const { connections, graceful, reset } = this
    return this.joined?.totals() ?? { connections, graceful, reset }
  }

  /** Not what is heard of a connection after its row was recycled: that was counted. */
  private count(row: number, ending: number, by: 1 | -1): void {
    const state = this.rows.i32[row + L.U_STATE] as number
    if ((state & L.STATE_CLOSED_BEFORE) !== 0) return
    this.connections += by
    if (ending === ENDED_GRACEFULLY) this.graceful += by
    if (ending === ENDED_BY_RESET) {
      this.reset += by
      if ((state & (L.STATE_ESTABLISHED | ANY_SYN_ACK)) === 0 && (state & ANY_SYN) !== 0) this.refused += by
    }
    this.joined?.note(this.rows, row, ending)
    const service = this.serviceOf(row)
    if (service === undefined) return
    service.connections += by
    if (this.isAsked(row)) service.asked += by
    if (ending === ENDED_GRACEFULLY) service.graceful += by
    this.countProtocol(row, service, state, by)
    this.countChurn(row, service, ending, by)
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

function clientOf(u: Uint32Array, row: number): number {
  return u[row + (serverDirection(u, row) === 0 ? L.U_ADDRESS_B : L.U_ADDRESS_A)] as number
}

import { BUCKET_STARTS, type DurationHistogram } from './duration-histogram.ts'
import * as K from './kernel-layout.ts'
import type { Kernel } from './kernel.ts'
import { noteHops, type Service } from './services.ts'
import * as T from './tally.ts'

const NO_HOPS = 256

/**
 * Services of which the kernel sums up by itself what ends, as `Lifecycle.sumUp` does: here is the memory for
 * it. The sums are added to the services when the track changes, and at the end.
 */
export class ServiceTallies {
  private readonly kernel: Kernel
  private readonly tallied = new Map<number, { readonly service: Service; clients: number }>()

  constructor(kernel: Kernel) {
    this.kernel = kernel
    for (const [index, startMs] of BUCKET_STARTS.entries())
      kernel.control.setFloat64(K.BUCKET_STARTS_AT + index * 8, startMs, true)
  }

  /**
   * From now on the kernel does the sums of this service, as far as there is room, and of this client of it, which its
   * churn must know.
   */
  adopt(service: Service, client: number): void {
    const { control } = this.kernel
    const at = placeOf(service)
    let tallied = this.tallied.get(at)
    if (tallied === undefined) {
      tallied = { service, clients: 0 }
      this.tallied.set(at, tallied)
      control.setInt32(at + T.T_ADDRESS, service.address, true)
      control.setInt32(at + T.T_PORT, service.port | T.T_IS_TAKEN, true)
      clear(control, at)
    }
    if (tallied.service !== service || tallied.clients >= T.MAX_CLIENTS) return
    let slot = Math.imul(client, 0x9e3779b9) >>> T.CLIENT_HASH_SHIFT
    let place = at + T.T_CLIENTS + slot * T.CLIENT_BYTES
    while (control.getInt32(place + T.CLIENT_IS_TAKEN, true) !== 0) {
      if (control.getInt32(place + T.CLIENT_ADDRESS, true) === (client | 0)) return
      slot = (slot + 1) % T.CLIENT_SLOTS
      place = at + T.T_CLIENTS + slot * T.CLIENT_BYTES
    }
    tallied.clients++
    control.setInt32(place + T.CLIENT_ADDRESS, client, true)
    control.setInt32(place + T.CLIENT_IS_TAKEN, 1, true)
  }

  /** Adds the sums to the services. */
  settle(track: number): void {
    const { control } = this.kernel
    for (const [at, { service }] of this.tallied) {
      const connections = control.getInt32(at + T.T_CONNECTIONS, true)
      service.connections += connections
      service.graceful += connections - control.getInt32(at + T.T_RESETS, true)
      service.asked += control.getInt32(at + T.T_ASKED, true)
      service.tls += control.getInt32(at + T.T_TLS, true)
      service.plain += control.getInt32(at + T.T_PLAIN, true)
      const establishedNs = control.getFloat64(at + T.T_ESTABLISHED_NS, true)
      if (establishedNs > service.lastEstablishedNs) service.lastEstablishedNs = establishedNs
      const low = control.getInt32(at + T.T_LOW_HOPS, true)
      if (low !== NO_HOPS) noteHops(service, track, low, control.getInt32(at + T.T_HIGH_HOPS, true))
      settleChurn(control, at, service, track)
      addDurations(control, at + T.T_IDLES, service.idleBeforeServerFin)
      clear(control, at)
    }
  }
}

function settleChurn(control: DataView, at: number, { churn }: Service, track: number): void {
  if (churn === undefined) return
  churn.addMany(track, control.getInt32(at + T.T_CHURN, true))
  addDurations(control, at + T.T_LIFETIMES, churn.lifetimes)
  for (let place = at + T.T_CLIENTS; place < at + T.TALLY_BYTES; place += T.CLIENT_BYTES) {
    const connections = control.getInt32(place + T.CLIENT_CONNECTIONS, true)
    if (connections > 0) churn.addOf(control.getUint32(place + T.CLIENT_ADDRESS, true), connections)
    control.setInt32(place + T.CLIENT_CONNECTIONS, 0, true)
  }
}

function addDurations(control: DataView, at: number, into: DurationHistogram): void {
  const maxMs = control.getFloat64(at, true)
  for (let bucket = 0; bucket < T.BUCKETS; bucket++) {
    const count = control.getInt32(at + T.DURATION_COUNTS + bucket * 4, true)
    if (count > 0) into.addMany(bucket, count, maxMs)
  }
}

/** Nothing summed up yet; whose sums they are stays. */
function clear(control: DataView, at: number): void {
  for (let place = at + T.T_RESETS; place < at + T.T_CLIENTS; place += 4) control.setInt32(place, 0, true)
  control.setInt32(at + T.T_LOW_HOPS, NO_HOPS, true)
  control.setFloat64(at + T.T_ESTABLISHED_NS, Number.NEGATIVE_INFINITY, true)
}

function placeOf({ address, port }: Service): number {
  const place = Math.imul(address ^ Math.imul(port, 0x85ebca6b), 0x9e3779b9) >>> T.TALLY_HASH_SHIFT
  return K.TALLIES_AT + place * T.TALLY_BYTES
}

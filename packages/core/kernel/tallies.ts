/*
 * What connections to a service that end add to its numbers: as `sumUp` of `tcp/lifecycle.ts`, for the services
 * and their clients that `tcp/service-tallies.ts` has put here. It adds the sums to the services in the end.
 */
import * as K from '../src/tcp/kernel-layout'
import * as L from '../src/tcp/row'
import * as T from '../src/tcp/tally'
import { f, partOf, setU, u } from './memory'
import { addressOf, portOf, serverDirection } from './server'

const ANY_SYN: i32 = L.STATE_SYN | (L.STATE_SYN << 1)
const ANY_SYN_ACK: i32 = L.STATE_SYN_ACK | (L.STATE_SYN_ACK << 1)
const NS_PER_MS: f64 = 1e6

/** Whether the sums of a connection that was answered or established are here. */
export function hasSumsOf(row: i32): bool {
  const state = u(row, L.U_STATE)
  const server = serverDirection(row, state)
  const tally = tallyOf(addressOf(row, server), portOf(row, server))
  const isRefused = (state & ANY_SYN) != 0 && (state & (L.STATE_ESTABLISHED | ANY_SYN_ACK)) == 0
  return tally != 0 && !isRefused && (!isAsked(row) || clientOf(tally, addressOf(row, 1 - server)) != 0)
}

/** Sums up a connection of which both FINs were acknowledged, or which was reset, where `hasSumsOf` it. */
export function sumUp(row: i32): void {
  const state = u(row, L.U_STATE)
  const server = serverDirection(row, state)
  const tally = tallyOf(addressOf(row, server), portOf(row, server))
  const hasSyn = (state & ANY_SYN) != 0
  const isReset = (state & L.STATE_RST) != 0
  const firstNs = f(row, L.F_FIRST_NS)
  const lastNs = f(row, L.F_LAST_NS)
  // What is heard of a connection after its row was recycled was counted.
  const isNew = (state & L.STATE_CLOSED_BEFORE) == 0
  const isAskedAbout = isNew && isAsked(row)
  if (isAskedAbout) {
    const client = clientOf(tally, addressOf(row, 1 - server))
    change(client + T.CLIENT_CONNECTIONS, 1)
    change(tally + T.T_CHURN, 1)
    if (hasSyn) addDuration(tally + T.T_LIFETIMES, (lastNs - firstNs) / NS_PER_MS)
  }
  setU(row, L.U_STATE, state | L.STATE_SUMMED)
  if (isNew) change(isReset ? K.C_SUMMED_RESETS : K.C_SUMMED_UP, 1)
  change(tally + T.T_RESETS, <i32>(isNew && isReset))
  change(tally + T.T_CONNECTIONS, <i32>isNew)
  change(tally + T.T_ASKED, <i32>isAskedAbout)
  const d = partOf(row, server)
  if (isNew && hasSyn) {
    const isTls = (state & L.STATE_TLS) != 0
    change(tally + T.T_TLS, <i32>isTls)
    change(tally + T.T_PLAIN, <i32>(!isTls && u(d, L.U_TURNS) != 0))
  }
  const established = tally + T.T_ESTABLISHED_NS
  if ((state & L.STATE_ESTABLISHED) != 0) store<f64>(established, max(load<f64>(established), firstNs))
  if (u(d, L.U_PACKETS) != 0) {
    const options = u(d, L.U_OPTIONS)
    store<i32>(tally + T.T_LOW_HOPS, min(load<i32>(tally + T.T_LOW_HOPS), (options >>> 8) & 0xff))
    store<i32>(tally + T.T_HIGH_HOPS, max(load<i32>(tally + T.T_HIGH_HOPS), (options >>> 16) & 0xff))
  }
}

function isAsked(row: i32): bool {
  return (
    f(row, L.F_LAST_NS) >= load<f64>(K.C_ASKED_FROM_NS) && f(row, L.F_FIRST_NS) <= load<f64>(K.C_ASKED_TO_NS)
  )
}

/** How long a connection had been idle when the server closed it. False where the service is not here. */
export function noteIdle(address: i32, port: i32, idleNs: f64): bool {
  const tally = tallyOf(address, port)
  if (tally != 0) addDuration(tally + T.T_IDLES, idleNs / NS_PER_MS)
  return tally != 0
}

/** The tally of a service, or 0. */
function tallyOf(address: i32, port: i32): i32 {
  const place = ((address ^ (port * 0x85ebca6b)) * 0x9e3779b9) >>> T.TALLY_HASH_SHIFT
  const tally = K.TALLIES_AT + place * T.TALLY_BYTES
  const isIt =
    load<i32>(tally + T.T_ADDRESS) == address && load<i32>(tally + T.T_PORT) == (port | T.T_IS_TAKEN)
  return isIt ? tally : 0
}

/** The place of a client in a tally, or 0. */
function clientOf(tally: i32, address: i32): i32 {
  let slot = (address * 0x9e3779b9) >>> T.CLIENT_HASH_SHIFT
  let client = tally + T.T_CLIENTS + slot * T.CLIENT_BYTES
  while (load<i32>(client + T.CLIENT_IS_TAKEN) != 0) {
    if (load<i32>(client + T.CLIENT_ADDRESS) == address) return client
    slot = (slot + 1) & (T.CLIENT_SLOTS - 1)
    client = tally + T.T_CLIENTS + slot * T.CLIENT_BYTES
  }
  return 0
}

/** As `DurationHistogram.add`. */
function addDuration(durations: i32, ms: f64): void {
  // Four buckets begin with each doubling; where the first one begins, the exponent of ten times as much is 0.
  const exponent = <i32>(reinterpret<u64>(max(ms, T.FIRST_MS) * 10) >>> 52) - 1023
  let bucket = min(max(exponent * 4 - 1, 0), T.BUCKETS - 1)
  while (bucket < T.BUCKETS - 1 && ms >= load<f64>(K.BUCKET_STARTS_AT + ((bucket + 1) << 3))) bucket++
  change(durations + T.DURATION_COUNTS + (bucket << 2), 1)
  store<f64>(durations, max(load<f64>(durations), ms))
}

// @ts-ignore: a decorator of AssemblyScript
@inline
function change(counter: i32, by: i32): void {
  store<i32>(counter, load<i32>(counter) + by)
}

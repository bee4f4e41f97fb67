import * as R from '../tcp/reset-record.ts'
import * as L from '../tcp/row.ts'
import { ACK } from '../tcp/flags.ts'
import type { Tracker } from '../tcp/tracker.ts'
import { ByEndpoint } from './by-endpoint.ts'
import { isAnswerToSyn } from './form.ts'
import { recordedEndpoint, recordedServer, type Records } from './sightings.ts'

/** What says roles where a connection's handshake was not seen. */
export interface RoleHints {
  /** Socket tables show a listener there. */
  readonly isListening: (address: string, port: number) => boolean
  /** The handshake of another connection was seen there. */
  readonly hasServed: (address: string, port: number) => boolean
}

const HANDSHAKE = L.STATE_SYN | (L.STATE_SYN << 1) | L.STATE_SYN_ACK | (L.STATE_SYN_ACK << 1)

/**
 * Client = sender of SYN; unseen: the listening side, else the one that accepted others, else the recurring port, else the
 * lower port.
 */
export function decideServers(records: Records, hints: RoleHints): (0 | 1)[] {
  const { tracker } = records
  const { count, u32 } = tracker.resets
  let uses: ByEndpoint<number> | undefined
  const servers: (0 | 1)[] = []
  for (let record = 0; record < count; record++) {
    const state = u32[record * R.RECORD_WORDS + L.U_STATE] ?? 0
    if ((state & HANDSHAKE) !== 0) {
      servers.push(recordedServer(tracker, record))
      continue
    }
    const refusing = refuserOf(tracker, record)
    if (refusing !== undefined) {
      servers.push(refusing)
      continue
    }
    const a = recordedEndpoint(records, record, 0)
    const b = recordedEndpoint(records, record, 1)
    const aListens = hints.isListening(a.address, a.port)
    const aServed = hints.hasServed(a.address, a.port)
    if (aListens !== hints.isListening(b.address, b.port)) servers.push(aListens ? 0 : 1)
    else if (aServed !== hints.hasServed(b.address, b.port)) servers.push(aServed ? 0 : 1)
    else {
      uses ??= countUses(records)
      const usesA = uses.get(a.address, a.port) ?? 0
      const usesB = uses.get(b.address, b.port) ?? 0
      if (usesA !== usesB) servers.push(usesA > usesB ? 0 : 1)
      else servers.push(recordedServer(tracker, record))
    }
  }
  return servers
}

/** Who answered a SYN that was not seen before. */
function refuserOf({ resets }: Tracker, record: number): 0 | 1 | undefined {
  const at = record * R.RECORD_WORDS
  const rst = (resets.u32[at + R.U_FIRST_RST] ?? 0) - 1
  const sent = L.STATE_SENT | (L.STATE_SENT << 1)
  if (rst < 0 || ((resets.u32[at + L.U_STATE] ?? 0) & sent) !== 0) return undefined
  const shape = resets.rstU32[rst + R.R_SHAPE] ?? 0
  const hasAck = (shape & ACK) !== 0
  const seq = resets.rstU32[rst + R.R_SEQ] ?? 0
  const window = resets.rstU32[rst + R.R_WINDOW] ?? 0
  if (!isAnswerToSyn({ hasAck, seq, window })) return undefined
  return (shape & R.RST_DIRECTION_B) !== 0 ? 1 : 0
}

/** How many of the reset connections each endpoint had. */
function countUses(records: Records): ByEndpoint<number> {
  const uses = new ByEndpoint<number>()
  for (let record = 0; record < records.tracker.resets.count; record++) {
    for (const which of [0, 1] as const) {
      const { address, port } = recordedEndpoint(records, record, which)
      uses.set(address, port, (uses.get(address, port) ?? 0) + 1)
    }
  }
  return uses
}

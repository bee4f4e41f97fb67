import * as R from '../tcp/reset-record.ts'
import * as L from '../tcp/row.ts'
import { ByEndpoint } from './by-endpoint.ts'
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

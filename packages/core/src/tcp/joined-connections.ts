import { ENDED_BY_RESET, ENDED_GRACEFULLY } from './ending.ts'
import { Identities } from './identities.ts'
import * as L from './row.ts'
import { keyHigh, keyLow } from './row-key.ts'
import type { Rows } from './rows.ts'
import { serverDirection } from './server-direction.ts'

// Words of an identity's value
/** Masks of tracks. */
const J_SEEN = 0
const J_RESET = 1
const J_ENDING = 2

/** All connections by 4-tuple and ISN, across tracks: seen at several vantages, one is counted once. */
export class JoinedConnections {
  private readonly identities = new Identities()

  note({ u32: u, i32: i }: Rows, row: number, ending: number): void {
    const isn = clientIsn(u, row)
    const at = this.identities.findOrAdd(keyHigh(i, row, isn), keyLow(i, row, isn))
    if (at < 0) return
    const { values } = this.identities
    const track = 1 << ((u[row + L.U_META] as number) & 31)
    values[at + J_SEEN] = (values[at + J_SEEN] as number) | track
    values[at + J_ENDING] = (values[at + J_ENDING] as number) | ending
    if (ending === ENDED_BY_RESET) values[at + J_RESET] = (values[at + J_RESET] as number) | track
  }

  /** Which tracks saw a connection and in which of them it was reset: bit masks, for the join of vantages. */
  sightings(row: Uint32Array, at: number): { readonly seen: number; readonly reset: number } | undefined {
    const i = new Int32Array(row.buffer, row.byteOffset, row.length)
    const isn = clientIsn(row, at)
    const found = this.identities.find(keyHigh(i, at, isn), keyLow(i, at, isn))
    if (found < 0) return undefined
    const { values } = this.identities
    return { seen: values[found + J_SEEN] as number, reset: values[found + J_RESET] as number }
  }

  totals(): { connections: number; graceful: number; reset: number } {
    let connections = this.identities.refused
    let graceful = 0
    let reset = 0
    const { values } = this.identities
    this.identities.forEach((at) => {
      connections++
      const ending = values[at + J_ENDING] as number
      if ((ending & ENDED_BY_RESET) !== 0) reset++
      else if ((ending & ENDED_GRACEFULLY) !== 0) graceful++
    })
    return { connections, graceful, reset }
  }
}

/** The ISN of a client whose SYN was seen, else 0: with ports and addresses, the same connection at every vantage. */
function clientIsn(u: Uint32Array, row: number): number {
  const client = 1 - serverDirection(u, row)
  const synSeen = ((u[row + L.U_STATE] as number) & (L.STATE_SYN << client)) !== 0
  return synSeen ? (u[row + L.COMMON_WORDS + client * L.DIRECTION_WORDS + L.U_ISN] as number) | 0 : 0
}

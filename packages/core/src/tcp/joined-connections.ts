import { ENDED_BY_RESET, ENDED_GRACEFULLY } from './ending.ts'
import { Identities } from './identities.ts'
import { joinLate } from './join-late.ts'
import * as L from './row.ts'
import { keyHigh, keyLow } from './row-key.ts'
import type { Rows } from './rows.ts'
import { serverDirection } from './server-direction.ts'
import * as S from './sighted.ts'

const FIRST_CONNECTIONS = 1 << 10

/**
 * All connections, across tracks: seen at several vantages, one is counted once. Where the client's SYN was seen, ports
 * and initial sequence number say which it is; the others are joined at the end, by `joinLate`.
 */
export class JoinedConnections {
  /**
   * By their key, 1 + the number of a connection in `words`. The low half of a key is of the endpoints alone, and says
   * which connections `joinLate` compares; the high half is another one for each ISN on them.
   */
  private readonly identities = new Identities()
  /** After the connections, room for one more. */
  private words = new Int32Array((FIRST_CONNECTIONS + 1) * S.SIGHTED_WORDS)
  private count = 0
  private tracks = 0
  private late = 0
  /** What `joinLate` said. */
  private into: Int32Array | undefined

  note(rows: Rows, row: number, ending: number): void {
    const { u32: u, i32: i } = rows
    const isLate = !isSynSeen(u, row)
    const at = this.identities.findOrAdd(keyHigh(i, row, tellingApart(u, row)), keyLow(i, row, 0))
    if (at < 0) return
    const { values } = this.identities
    const known = (values[at] as number) - 1
    const to = this.count * S.SIGHTED_WORDS
    S.noteSighted(rows, row, ending | (isLate ? S.IS_LATE : 0), this.words, to)
    const track = 1 << ((u[row + L.U_META] as number) & 31)
    this.words[to + S.S_SEEN] = track
    this.words[to + S.S_RESET] = ending === ENDED_BY_RESET ? track : 0
    this.words[to + S.S_PORTS] = keyLow(i, row, 0)
    this.tracks |= track
    if (known >= 0) {
      S.addSighted(this.words, known * S.SIGHTED_WORDS, to)
      return
    }
    if (isLate) this.late++
    this.count++
    values[at] = this.count
    if ((this.count + 1) * S.SIGHTED_WORDS > this.words.length) this.grow()
  }

  /** Which tracks saw a connection and in which of them it was reset: bit masks, for the join of vantages. */
  sightings(row: Uint32Array, at: number): { readonly seen: number; readonly reset: number } | undefined {
    const i = new Int32Array(row.buffer, row.byteOffset, row.length)
    const found = this.identities.find(keyHigh(i, at, tellingApart(row, at)), keyLow(i, at, 0))
    if (found < 0) return undefined
    const into = this.join()
    let number = (this.identities.values[found] as number) - 1
    for (let next = into[number]; next !== undefined && next !== 0; next = into[number]) number = next - 1
    const { words } = this
    const to = number * S.SIGHTED_WORDS
    return { seen: words[to + S.S_SEEN] as number, reset: words[to + S.S_RESET] as number }
  }

  totals(): { connections: number; graceful: number; reset: number } {
    const into = this.join()
    const { words, count } = this
    let connections = this.identities.refused
    let graceful = 0
    let reset = 0
    for (let number = 0; number < count; number++) {
      if (into.length > 0 && into[number] !== 0) continue
      connections++
      const ending = words[number * S.SIGHTED_WORDS + S.S_FLAGS] as number
      if ((ending & ENDED_BY_RESET) !== 0) reset++
      else if ((ending & ENDED_GRACEFULLY) !== 0) graceful++
    }
    return { connections, graceful, reset }
  }

  /** Once all are noted. Empty where there is nothing to join: in a ring of files, or with every SYN seen. */
  private join(): Int32Array {
    const isOneTrack = (this.tracks & (this.tracks - 1)) === 0
    this.into ??= isOneTrack || this.late === 0 ? new Int32Array(0) : joinLate(this.words, this.count)
    return this.into
  }

  private grow(): void {
    const grown = new Int32Array(this.words.length * 2)
    grown.set(this.words)
    this.words = grown
  }
}

/**
 * What a connection has to itself on its ports: the client's ISN, the same at every vantage. Where the SYN was not seen,
 * when the row began, mixed so that another track has another number.
 */
function tellingApart(u: Uint32Array, row: number): number {
  const client = row + L.COMMON_WORDS + (1 - serverDirection(u, row)) * L.DIRECTION_WORDS
  if (isSynSeen(u, row)) return (u[client + L.U_ISN] as number) | 0
  const first = row + L.F_FIRST_NS * 2
  const began = Math.imul(u[first] as number, 0x9e3779b1) ^ Math.imul(u[first + 1] as number, 0x85ebca6b)
  const track = (u[row + L.U_META] as number) & 0xff
  return Math.imul(began ^ (began >>> 15) ^ track, 0xc2b2ae35) ^ (u[row + L.U_FIRST_FRAME] as number)
}

function isSynSeen(u: Uint32Array, row: number): boolean {
  const client = 1 - serverDirection(u, row)
  return ((u[row + L.U_STATE] as number) & (L.STATE_SYN << client)) !== 0
}

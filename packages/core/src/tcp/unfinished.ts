import { formatIpv4 } from './address-text.ts'
import type { Ipv6Addresses } from './addresses.ts'
import { serverDirection } from './server-direction.ts'
import * as L from './row.ts'
import type { Rows } from './rows.ts'

/** A connection that is open when the capture ends and that something is wrong with. Plain data: it may cross threads. */
export interface Unfinished {
  readonly kind: 'stalled-reader' | 'close-wait-leak' | 'unanswered-data'
  readonly input: number
  readonly track: number
  /** The side that does not read, does not close, or is not answered, and the other one. */
  readonly at: { readonly address: string; readonly port: number }
  readonly peer: { readonly address: string; readonly port: number }
  readonly isClient: boolean
  /** Since when its window is 0, it holds the peer's FIN, or it repeats itself; and the frame that says so. */
  readonly sinceNs: number
  readonly frame: number
  /** How often it repeated itself. */
  readonly repeats?: number
}

/** Enough to count a leak by; a table of more says the same. */
const MAX_UNFINISHED = 4_096

/** RFC 6298 §5: seconds have passed by then; fewer are ordinary loss. */
const MIN_REPEATS = 3
const MIN_REPEATED_NS = 1e9
/** Where the other side still speaks, and segments of this size do not reach it. */
const MIN_REPEATS_IF_HEARD = 5

const BOTH_FINS = L.STATE_FIN | (L.STATE_FIN << 1)
const ANY_UNANSWERED = L.STATE_UNANSWERED | (L.STATE_UNANSWERED << 1)

/** Notes a row that is still live at the end. */
export function noteUnfinished(rows: Rows, row: number, addresses: Ipv6Addresses, into: Unfinished[]): void {
  const { u32: u, f64: f } = rows
  const state = u[row + L.U_STATE] as number
  if ((state & L.STATE_RST) !== 0 || into.length >= MAX_UNFINISHED) return
  // Most live rows are of connections that have just closed.
  if ((state & (BOTH_FINS | ANY_UNANSWERED)) === BOTH_FINS) return
  const server = serverDirection(u, row)
  for (const direction of [0, 1] as const) {
    const d = row + L.COMMON_WORDS + direction * L.DIRECTION_WORDS
    const other = row + L.COMMON_WORDS + (1 - direction) * L.DIRECTION_WORDS
    const frame = u[d + L.U_ZERO_FRAME] as number
    const hasFin = (state & (L.STATE_FIN << direction)) !== 0
    const peerFin = (state & (L.STATE_FIN << (1 - direction))) !== 0
    const repeats = repeatsInVain(rows, row, d, other)
    if (repeats === 0 && (hasFin || (frame === 0 && !peerFin))) continue
    const common = {
      input: u[row + L.U_INPUT] as number,
      track: (u[row + L.U_META] as number) & 0xff,
      at: endOf(u, row, direction, addresses),
      peer: endOf(u, row, direction === 0 ? 1 : 0, addresses),
      isClient: direction !== server,
    }
    if (repeats > 0)
      into.push({
        kind: 'unanswered-data',
        ...common,
        sinceNs: f[(d >> 1) + L.F_UNANSWERED_NS] as number,
        frame: u[d + L.U_LAST_FRAME] as number,
        repeats,
      })
    else if (frame > 0)
      into.push({
        kind: 'stalled-reader',
        ...common,
        sinceNs: f[(d >> 1) + L.F_ZERO_SINCE_NS] as number,
        frame,
      })
    else
      into.push({
        kind: 'close-wait-leak',
        ...common,
        sinceNs: f[(other >> 1) + L.F_FIN_NS] as number,
        frame: u[other + L.U_FIN_FRAME] as number,
      })
  }
}

/** How often a direction repeated what the other side never acknowledged; 0: not in vain. */
function repeatsInVain({ u32: u, f64: f }: Rows, row: number, d: number, other: number): number {
  const repeats = u[d + L.U_UNANSWERED_RETRANSMITS] as number
  if (repeats < MIN_REPEATS || ((u[row + L.U_STATE] as number) & L.STATE_ESTABLISHED) === 0) return 0
  const sinceNs = f[(d >> 1) + L.F_UNANSWERED_NS] as number
  const lastNs = f[(d >> 1) + L.F_LAST_NS_OF_DIRECTION] as number
  const otherNs = f[(other >> 1) + L.F_LAST_NS_OF_DIRECTION] as number
  // Of a side that is not seen at all, acknowledgements are not seen either.
  if ((u[other + L.U_PACKETS] as number) === 0 || lastNs - sinceNs < MIN_REPEATED_NS) return 0
  if (otherNs > sinceNs && repeats < MIN_REPEATS_IF_HEARD) return 0
  // Both may repeat themselves: the one that began is what died.
  const isSecond =
    (u[other + L.U_UNANSWERED_RETRANSMITS] as number) >= MIN_REPEATS &&
    (f[(other >> 1) + L.F_UNANSWERED_NS] as number) < sinceNs
  return isSecond ? 0 : repeats
}

function endOf(u: Uint32Array, row: number, which: 0 | 1, addresses: Ipv6Addresses): Unfinished['at'] {
  const value = u[row + (which === 0 ? L.U_ADDRESS_A : L.U_ADDRESS_B)] as number
  const ports = u[row + L.U_PORTS] as number
  const isIpv6 = ((u[row + L.U_META] as number) & 256) !== 0
  return {
    address: isIpv6 ? addresses.text(value) : formatIpv4(value),
    port: which === 0 ? ports >>> 16 : ports & 0xffff,
  }
}

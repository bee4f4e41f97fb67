import { formatIpv4 } from './address-text.ts'
import type { Ipv6Addresses } from './addresses.ts'
import { serverDirection } from './server-direction.ts'
import * as L from './row.ts'
import type { Rows } from './rows.ts'

/** A connection that is open when the capture ends and that something is wrong with. Plain data: it may cross threads. */
export interface Unfinished {
  readonly kind: 'stalled-reader' | 'close-wait-leak'
  readonly input: number
  readonly track: number
  /** The side that does not read, or does not close, and the other one. */
  readonly at: { readonly address: string; readonly port: number }
  readonly peer: { readonly address: string; readonly port: number }
  readonly isClient: boolean
  /** Since when its window is 0, or since when it holds the peer's FIN; and the frame that says so. */
  readonly sinceNs: number
  readonly frame: number
}

/** Enough to count a leak by; a table of more says the same. */
const MAX_UNFINISHED = 4_096

/** Notes a row that is still live at the end. */
export function noteUnfinished(rows: Rows, row: number, addresses: Ipv6Addresses, into: Unfinished[]): void {
  const { u32: u, f64: f } = rows
  const state = u[row + L.U_STATE] as number
  if ((state & L.STATE_RST) !== 0 || into.length >= MAX_UNFINISHED) return
  const server = serverDirection(u, row)
  for (const direction of [0, 1] as const) {
    const d = row + L.COMMON_WORDS + direction * L.DIRECTION_WORDS
    const other = row + L.COMMON_WORDS + (1 - direction) * L.DIRECTION_WORDS
    const frame = u[d + L.U_ZERO_FRAME] as number
    const hasFin = (state & (L.STATE_FIN << direction)) !== 0
    const peerFin = (state & (L.STATE_FIN << (1 - direction))) !== 0
    if (hasFin || (frame === 0 && !peerFin)) continue
    const common = {
      input: u[row + L.U_INPUT] as number,
      track: (u[row + L.U_META] as number) & 0xff,
      at: endOf(u, row, direction, addresses),
      peer: endOf(u, row, direction === 0 ? 1 : 0, addresses),
      isClient: direction !== server,
    }
    if (frame > 0)
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

function endOf(u: Uint32Array, row: number, which: 0 | 1, addresses: Ipv6Addresses): Unfinished['at'] {
  const value = u[row + (which === 0 ? L.U_ADDRESS_A : L.U_ADDRESS_B)] as number
  const ports = u[row + L.U_PORTS] as number
  const isIpv6 = ((u[row + L.U_META] as number) & 256) !== 0
  return {
    address: isIpv6 ? addresses.text(value) : formatIpv4(value),
    port: which === 0 ? ports >>> 16 : ports & 0xffff,
  }
}

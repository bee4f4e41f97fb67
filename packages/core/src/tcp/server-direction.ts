import * as L from './row.ts'

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

/* Which end of a connection is the server: as `tcp/server-direction.ts`. */
import * as L from '../src/tcp/row'
import { u } from './memory'

export function serverDirection(row: i32, state: i32): i32 {
  if ((state & L.STATE_SYN) != 0) return 1
  if ((state & (L.STATE_SYN << 1)) != 0) return 0
  if ((state & L.STATE_SYN_ACK) != 0) return 0
  if ((state & (L.STATE_SYN_ACK << 1)) != 0) return 1
  const ports = u(row, L.U_PORTS)
  return ports >>> 16 <= (ports & 0xffff) ? 0 : 1
}

/** Address and port of the end that sends in this direction. */
// @ts-ignore: a decorator of AssemblyScript
@inline
export function addressOf(row: i32, direction: i32): i32 {
  return u(row, direction == 0 ? L.U_ADDRESS_A : L.U_ADDRESS_B)
}

// @ts-ignore: a decorator of AssemblyScript
@inline
export function portOf(row: i32, direction: i32): i32 {
  return (u(row, L.U_PORTS) >>> (16 - (direction << 4))) & 0xffff
}

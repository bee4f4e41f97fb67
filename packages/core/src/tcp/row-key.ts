import { highHash, lowHash } from './identities.ts'
import * as L from './row.ts'

/** Two hashes of a row's endpoints, and of a number that tells connections between them apart. */
export function keyHigh(u: Int32Array, row: number, extra: number): number {
  return highHash(
    u[row + L.U_ADDRESS_A] as number,
    u[row + L.U_ADDRESS_B] as number,
    u[row + L.U_PORTS] as number,
    (u[row + L.U_META] as number) & L.META_IPV6,
    extra,
  )
}

export function keyLow(u: Int32Array, row: number, extra: number): number {
  return lowHash(
    u[row + L.U_ADDRESS_A] as number,
    u[row + L.U_ADDRESS_B] as number,
    u[row + L.U_PORTS] as number,
    (u[row + L.U_META] as number) & L.META_IPV6,
    extra,
  )
}

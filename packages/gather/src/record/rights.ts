import { readFileSync } from 'node:fs'
import type { Missing } from './recording.ts'

const RIGHTS = ['CAP_NET_ADMIN', 'CAP_NET_RAW', 'CAP_SYS_PTRACE', 'CAP_SYS_ADMIN'] as const
export type Right = (typeof RIGHTS)[number]

/** Bit numbers of include/uapi/linux/capability.h, and what a recording needs each for. */
const NEEDED: Readonly<Record<Right, { readonly bit: number; readonly without: string }>> = {
  CAP_NET_ADMIN: { bit: 12, without: 'owners and details of sockets may be missing from the socket tables' },
  CAP_NET_RAW: { bit: 13, without: 'no packets are captured' },
  CAP_SYS_PTRACE: { bit: 19, without: 'processes of other users are not named in the socket tables' },
  CAP_SYS_ADMIN: {
    bit: 21,
    without: 'no other network namespace can be entered, and the kernel tells no reasons',
  },
}

/** The rights of this process that a recording would use and that are not there. */
export function missingRights(): Right[] {
  const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]
  const effective = BigInt(`0x${mask ?? '0'}`)
  return RIGHTS.filter((right) => ((effective >> BigInt(NEEDED[right].bit)) & 1n) === 0n)
}

export function missingRight(right: Right): Missing {
  return {
    what: right,
    because: 'this process does not have it (root has, unless a container or a service took it away)',
    without: NEEDED[right].without,
  }
}

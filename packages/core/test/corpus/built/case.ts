import type { ConnectionOptions, Link, Packet, Script } from '../../build/index.ts'

/** Connections between the two hosts of one case; the hosts of different cases are different. */
export interface Hosts {
  readonly four: (options?: Partial<ConnectionOptions>) => Script
  readonly six: (options?: Partial<ConnectionOptions>) => Script
  readonly client: string
}

type Written = readonly (Script | readonly Packet[])[]
/** One question about what makes a stream or counts as a RST. */
export interface Case {
  readonly name: string
  readonly write: (hosts: Hosts) => Written
  readonly link?: Link
  readonly snap?: number
  readonly differs?: string
}

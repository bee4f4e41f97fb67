import { isIP } from 'node:net'
import { RecordError } from './record-error.ts'
import type { RecordOptions } from './recording.ts'

/** ICMP errors tell why a connection ended without a reset, and belong to no port. */
const ICMP = 'icmp or icmp6'

/** The pcap filter of a recording: one argument for tcpdump. What was typed as a filter stands as it was typed. */
export function packetFilter({
  peers = [],
  ports = [],
  filter,
}: Pick<RecordOptions, 'peers' | 'ports' | 'filter'>): string {
  for (const peer of peers) {
    if (isIP(peer) === 0)
      throw new RecordError(`${peer} is not an address: 10.91.1.2 or 2001:db8::2 was wanted`)
  }
  for (const port of ports) {
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      throw new RecordError(`${port} is not a port: 1 to 65535 was wanted`)
  }
  const ofPeer = peers.map((peer) => `host ${peer}`).join(' or ')
  const ofPort = ports.map((port) => `port ${port}`).join(' or ')
  const what = filter ?? (ofPort === '' ? `tcp or ${ICMP}` : `(tcp and (${ofPort})) or ${ICMP}`)
  const parts = [ofPeer, what, filter === undefined ? '' : ofPort].filter((part) => part.trim() !== '')
  return parts.map((part) => `(${part})`).join(' and ')
}

import type { Problem } from '../../errors.ts'
import type { Endpoint } from '../endpoint.ts'
import type { LogTime } from '../log-time.ts'

/** The states of RFC 9293 §3.3.2, in the spelling of the RFC. */
export type TcpState =
  | 'LISTEN'
  | 'SYN-SENT'
  | 'SYN-RECEIVED'
  | 'ESTABLISHED'
  | 'FIN-WAIT-1'
  | 'FIN-WAIT-2'
  | 'CLOSE-WAIT'
  | 'CLOSING'
  | 'LAST-ACK'
  | 'TIME-WAIT'
  | 'CLOSED'

export interface SocketRow {
  /** 1-based row among the table's data rows: headers and continuation lines do not count. */
  readonly row: number
  /** 1-based line in the input. */
  readonly line: number
  readonly state: TcpState
  /** Bytes received and not read. CLOSE-WAIT: the peer's FIN counts 1. LISTEN: connections waiting for accept. */
  readonly recvQ?: number
  /** Bytes sent and not acknowledged. LISTEN: the backlog limit. */
  readonly sendQ?: number
  readonly local: Endpoint
  readonly peer: Endpoint
  readonly processes?: readonly { readonly name: string; readonly pid?: number; readonly fd?: number }[]
  readonly timer?: { readonly kind: string; readonly ms?: number; readonly retransmits?: number }
  readonly uid?: number
  readonly inode?: number
  /** Kernel's socket cookie (`sk:` of ss -e), hexadecimal as printed. */
  readonly cookie?: string
  /** The `-i` figures that say what the socket last did, all in milliseconds before the snapshot. */
  readonly lastSentMs?: number
  readonly lastReceivedMs?: number
  readonly lastAckMs?: number
  readonly unacknowledgedSegments?: number
  readonly retransmits?: number
  readonly bytesReceived?: number
  readonly bytesAcknowledged?: number
}

export interface SocketTable {
  readonly format: 'ss' | 'netstat' | 'proc-net-tcp'
  /** From the file name's convention `ss-WHO-…`, when it follows it. */
  readonly who?: string
  /** When the snapshot was taken: from the file name's convention `…-20261122T145521.190Z.txt`, or a header line. */
  readonly at?: LogTime
  readonly rows: readonly SocketRow[]
  readonly problems: readonly Problem[]
}

import type { Deltas } from './deltas.ts'

/** The tables of one host, or one network namespace. */
export interface HostSockets {
  /** As the file names call it. */
  readonly who?: string
  readonly addresses: readonly string[]
  /** Times of the samples; `input` of each. */
  readonly timesNs: Deltas
  readonly input: readonly number[]
  /** Sockets in each state at each sample; states that never occur are absent. */
  readonly states: Readonly<Record<string, readonly number[]>>
  /** Who holds them, most CLOSE-WAIT first, at most `MAX_SOCKET_GROUPS`. */
  readonly groups: readonly SocketGroup[]
  readonly groupsOmitted: number
}

/** The sockets of one process with one peer; each column has a number per sample. */
export interface SocketGroup {
  readonly process?: string
  readonly pid?: number
  /** `10.0.0.2:8080` of a client's sockets, `10.0.0.1` of a server's. */
  readonly peer: string
  /** The server's own port, where the host serves. */
  readonly localPort?: number
  readonly established: readonly number[]
  readonly closeWait: readonly number[]
  /** Bytes received and not read. */
  readonly unread: readonly number[]
}

import type { Deltas } from './deltas.ts'

/** Rows in order of `firstNs`. Times within a row count from its `firstNs`. */
export interface Lanes {
  readonly count: number
  /** Of the connections that were not reset, the share that has a row; 1 is all of them. */
  readonly share: number
  readonly firstNs: Deltas
  readonly lastNs: readonly number[]
  /** Places in `addresses`. */
  readonly client: readonly number[]
  readonly clientPort: readonly number[]
  readonly server: readonly number[]
  readonly serverPort: readonly number[]
  readonly input: readonly number[]
  /** As tshark numbers them within the input. */
  readonly stream: readonly (number | null)[]
  /** First frame in the input. */
  readonly frame: readonly number[]
  /** Places in `OUTCOMES`. */
  readonly outcome: readonly number[]
  readonly incident: readonly (number | null)[]
  readonly finding: readonly (number | null)[]
  readonly ladder: readonly (number | null)[]
  /** Handshake: first SYN, first SYN-ACK, the acknowledgement that completes it. */
  readonly synNs: readonly (number | null)[]
  readonly synAckNs: readonly (number | null)[]
  readonly establishedNs: readonly (number | null)[]
  readonly clientFinNs: readonly (number | null)[]
  readonly serverFinNs: readonly (number | null)[]
  /** Time and sender of RST segments, the first `MAX_LANE_RSTS` of them: `[ns, 0 client or 1 server, …]`. */
  readonly rsts: readonly (readonly number[])[]
  /** Payload each way, retransmissions counted once, and segments. */
  readonly clientBytes: readonly number[]
  readonly serverBytes: readonly number[]
  readonly clientSegments: readonly number[]
  readonly serverSegments: readonly number[]
  /** When payload was sent, near ones joined: `[from, length, bytes, …]`. */
  readonly clientData: readonly (readonly number[])[]
  readonly serverData: readonly (readonly number[])[]
  /** When the side advertised a window of 0: `[from, length, …]`. */
  readonly clientZero: readonly (readonly number[])[]
  readonly serverZero: readonly (readonly number[])[]
}

/** One row of `Lanes`, all times on the axis of the exhibits. */
export interface Lane {
  readonly row: number
  readonly client: string
  readonly clientPort: number
  readonly server: string
  readonly serverPort: number
  readonly input: number
  readonly stream?: number
  readonly frame: number
  readonly firstNs: number
  readonly lastNs: number
  readonly outcome: Outcome
  readonly incident?: number
  readonly finding?: number
  readonly ladder?: number
  readonly synNs?: number
  readonly synAckNs?: number
  readonly establishedNs?: number
  readonly clientFinNs?: number
  readonly serverFinNs?: number
  readonly rsts: readonly { readonly ns: number; readonly from: Side }[]
  readonly clientBytes: number
  readonly serverBytes: number
  readonly clientSegments: number
  readonly serverSegments: number
  readonly data: readonly {
    readonly from: Side
    readonly fromNs: number
    readonly toNs: number
    readonly bytes: number
  }[]
  readonly zeroWindow: readonly { readonly of: Side; readonly fromNs: number; readonly toNs: number }[]
}

export type Side = 'client' | 'server'
/** `half-closed`: one side sent FIN. `unanswered`: SYN and nothing else. */
export type Outcome = 'reset' | 'refused' | 'closed' | 'half-closed' | 'open' | 'unanswered'

/*
 * `whyreset.exhibits/1`: what pictures need and a Diagnosis does not say. Numbers that come in thousands lie in columns
 * (one array per field, the same place in each is one thing), because a page carries them as JSON; `lanesOf` and
 * `segmentsOf` of columns.ts read them as objects. Nothing of the Diagnosis is told again: `incident`, `finding`, `input` and
 * `proof` are places in its lists.
 *
 * Every text is from captures, logs and tables: hostile, at most `MAX_TEXT` characters, with control characters in it.
 * A `null` in a column, like an absent field, is what was not seen.
 */

/** Numbers as differences to the one before, the first as it is: `undelta` gives them back. */
export type Deltas = readonly number[]

export interface Exhibits {
  readonly schema: 'whyreset.exhibits/1'
  /** ISO 8601, nanoseconds, Z. Every `…Ns` counts from here unless it says otherwise: whole, exact for 104 days. */
  readonly epoch: string
  /** From the first to the last thing on any picture. */
  readonly fromNs: number
  readonly toNs: number
  /** Addresses, which lanes name by their place here. */
  readonly addresses: readonly string[]
  readonly timeline: TimelineExhibit
  readonly lanes: Lanes
  /** Segments of connections that findings cite, best cited first; then those of some that were not reset. */
  readonly ladders: readonly Ladder[]
  /** Socket tables, by host and in order of time. */
  readonly hosts: readonly HostSockets[]
  /** Log lines that proofs cite, and those nearest to resets; by input and line. */
  readonly lines: readonly LogLine[]
}

// The timeline

export interface TimelineExhibit {
  /** Resets of connections; what was refused is apart. Each connection once, at its first reset. */
  readonly resets: EventSeries
  readonly refused: EventSeries
  /** Open connections in the captures. */
  readonly connections?: ConnectionCounts
  readonly collections: readonly GcSeries[]
  /** One for each input and word, in order of input. */
  readonly logs: readonly LogSeries[]
  /** Resets that a kernel trace reports, one series for each input. */
  readonly kernelResets: readonly (EventSeries & { readonly input: number })[]
  /** For findings with a trigger; how likely it was by chance is in `finding.trigger`. */
  readonly triggers: readonly TriggerExhibit[]
}

export interface EventSeries {
  readonly count: number
  /** Exact times in order: of all, or of the first `MAX_EVENTS`. */
  readonly timesNs: Deltas
  /** Place of each event in `diagnosis.incidents`, of those that have one: they come first. Only of resets. */
  readonly incidents?: Deltas
  /** Of all events; only where not all are listed. */
  readonly bins?: Bins
}

/** Counts of equal slices of time; `coarser` joins them. */
export interface Bins {
  readonly fromNs: number
  readonly binNs: number
  readonly counts: readonly number[]
}

export interface ConnectionCounts {
  readonly fromNs: number
  readonly binNs: number
  /** Most that were open at once in each slice. */
  readonly open: readonly number[]
  readonly opened: readonly number[]
  /** Below 1 the counts were raised from this share of the connections. */
  readonly share: number
}

export interface GcSeries {
  readonly input: number
  /** `jvm`, `v8`, `go`, `dotnet`. */
  readonly runtime: string
  readonly collector?: string
  readonly pid?: number
  readonly section?: string
  /** Collections in the log; those without a time on this axis are not listed. */
  readonly count: number
  readonly startNs: Deltas
  readonly lengthNs: readonly number[]
  /** How long the program stood still. */
  readonly pauseUs: readonly (number | null)[]
  /** `young`, `mixed`, `full`, `concurrent`, `other`: places in `GC_KINDS`. */
  readonly kind: readonly number[]
  /** Places in `names`. */
  readonly name: readonly number[]
  readonly names: readonly string[]
  readonly line: Deltas
}

export interface LogSeries extends EventSeries {
  readonly input: number
  /** What the lines say happened: `reset`, `broken-pipe`, `refused`, … (LogWord). */
  readonly word: string
  /** Of each listed event. */
  readonly line: Deltas
}

/** Bursts of resets and what they followed. */
export interface TriggerExhibit {
  readonly finding: number
  /** Place in `timeline.collections`. */
  readonly collections: number
  readonly burstNs: Deltas
  /** Resets in each burst. */
  readonly resets: readonly number[]
  /** Place of the collection in its series that the burst followed, and how long after its end. */
  readonly followed: readonly (number | null)[]
  readonly lagUs: readonly (number | null)[]
}

// Swim-lanes

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

// Ladders

/** The segments of one connection as one vantage saw them: the rows of `tcp.stream eq N`. */
export interface Ladder {
  /** The incident it belongs to; absent where nobody reset it. Its lane is the one that names this ladder. */
  readonly incident?: number
  /** From this segment on, frames are of this input. One, but for connections that go on in the next file of a ring. */
  readonly parts: readonly { readonly segment: number; readonly input: number; readonly stream?: number }[]
  /** Segments that were seen. */
  readonly seen: number
  /** Where segments were left out: this many before this one. */
  readonly gaps: readonly { readonly segment: number; readonly count: number }[]
  /** Whether windows could be scaled: false where the handshake was not seen. */
  readonly clientScaled: boolean
  readonly serverScaled: boolean
  readonly frame: Deltas
  readonly timeNs: Deltas
  /** 0 client, 1 server. */
  readonly from: readonly number[]
  /** Bits of the header: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128. */
  readonly flags: readonly number[]
  /**
   * Relative as in Wireshark; in the next file of a ring they count on from the first one's beginning. 0 for an
   * acknowledgement without the flag.
   */
  readonly seq: readonly number[]
  readonly ack: readonly number[]
  readonly length: readonly number[]
  /** In bytes, scaled where that is known. */
  readonly window: readonly number[]
  /** Bits of `MARKS`. */
  readonly marks: readonly number[]
  /** The request, status or TLS line that begins in a segment. */
  readonly heads: readonly {
    readonly segment: number
    readonly protocol: 'http' | 'tls'
    readonly text: string
  }[]
  /** Which proof of which finding cites it. */
  readonly cited: readonly { readonly segment: number; readonly finding: number; readonly proof: number }[]
}

/** One row of a `Ladder`. */
export interface Segment {
  readonly input: number
  readonly stream?: number
  readonly frame: number
  readonly ns: number
  readonly from: Side
  readonly flags: number
  readonly seq: number
  readonly ack: number
  readonly length: number
  readonly window: number
  readonly marks: readonly Mark[]
}

export type Mark =
  /** Carries nothing that was not sent before. */
  | 'retransmission'
  /** Begins before what was sent last and fills a hole. */
  | 'out-of-order'
  /** Something before it was not captured. */
  | 'gap-before'
  | 'zero-window'
  | 'window-update'
  | 'keepalive'
  | 'keepalive-answer'
  /** The same packet once more, at another interface of the capture. */
  | 'second-sight'
  | 'after-reset'

// Socket tables

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

// Logs

export interface LogLine {
  readonly input: number
  readonly line: number
  /** Absent where the line has no time. */
  readonly ns?: number
  readonly word: string
  readonly text: string
}

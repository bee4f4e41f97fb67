import type { LogSource, Target } from '../target.ts'

/** A log that no target tells of. */
export interface ExtraLog {
  readonly source: LogSource
  /** Whose it is, where that is known: its name goes into the file's name and the manifest. */
  readonly target?: Target
}

export interface RecordOptions {
  /** Made 0700 if it is not there; files are 0600. Files of an earlier recording in it are refused. */
  readonly directory: string
  readonly targets: readonly Target[]
  /** Only packets from or to one of these addresses. */
  readonly peers?: readonly string[]
  /** Only packets from or to one of these TCP ports. */
  readonly ports?: readonly number[]
  /** pcap filter syntax; replaces the default, which is TCP and ICMP. */
  readonly filter?: string
  /** Bytes of each packet: 512 keeps the heads of HTTP. */
  readonly snapLength?: number
  /** Bound of the whole folder; packets and socket tables are rings within it, the oldest go first. */
  readonly maxBytes?: number
  readonly maxDurationMs?: number
  /** Between two samples of the socket tables; stretched when a sample takes long. */
  readonly sampleEveryMs?: number
  /** Resets as the kernel sees them, with reason and thread, through an own trace instance. */
  readonly kernelResets?: boolean
  readonly gcLogs?: readonly ExtraLog[]
  readonly logs?: readonly ExtraLog[]
}

/** Something that the recording would have and could not get. All three are sentences without a full stop. */
export interface Missing {
  /** `tcpdump`, `CAP_SYS_ADMIN`, a log's path. */
  readonly what: string
  /** Why it could not be had, and what to do about it. */
  readonly because: string
  /** What is therefore not in the folder. */
  readonly without: string
}

export interface RecordingStatus {
  readonly elapsedMs: number
  readonly remainingMs: number
  readonly packets: number
  /** Attempts to connect that were seen (SYN), each once. */
  readonly connections: number
  /** RST segments, each once however many interfaces saw it. */
  readonly resets: number
  /** Sockets in CLOSE_WAIT in the newest samples; absent before the first. */
  readonly closeWait?: number
  readonly bytesOnDisk: number
  /** Packets that the kernel or an interface dropped before tcpdump read them. */
  readonly droppedPackets: number
  readonly missing: readonly Missing[]
}

export type EndReason =
  | { readonly why: 'stopped' }
  | { readonly why: 'duration' }
  | { readonly why: 'targets-lost' }
  /** The disk is full, or the folder cannot be written any more. */
  | { readonly why: 'cannot-write'; readonly says: string }

export interface RecordingSummary extends RecordingStatus {
  readonly directory: string
  readonly end: EndReason
  /** Processor time of the recorder and of the programs that it ran, in milliseconds. */
  readonly ownCpuMs: number
}

/** A RST as it was seen in the packets. */
export interface SeenReset {
  /** Milliseconds since 1970 UTC. */
  readonly atMs: number
  /** `address:port` of the segment's sender, `[address]:port` for IPv6. */
  readonly from: string
  readonly to: string
  /** A target in whose namespace it was seen. */
  readonly target: Target
}

/** A running recording. Whatever it started is removed when it ends, also when this process is killed. */
export interface Recording {
  readonly directory: string
  status(): RecordingStatus
  /** Calls for each line of the targets' logs as it comes, without its end of line, cut at 8,192 characters. */
  onLine(listener: (line: string, target: Target | undefined) => void): void
  onReset(listener: (reset: SeenReset) => void): void
  /** Flushes, writes what can only be written at the end, removes what it started. The same promise as `ended`. */
  stop(): Promise<RecordingSummary>
  /** Resolves when a bound is reached, the targets are gone, or `stop` was called. Never rejects. */
  readonly ended: Promise<RecordingSummary>
}

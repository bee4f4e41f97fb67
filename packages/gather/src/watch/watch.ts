import type { ExtraLog, Missing } from '../record/recording.ts'
import type { Target } from '../target.ts'
import type { ResolveOptions } from '../targets/resolve-target.ts'

/**
 * A watch without an end. While nothing happens it keeps the last minutes in memory and writes nothing: packets as
 * tcpdump gives them, in batches, in a ring of fixed size; socket tables, lines of logs and the kernel's resets
 * beside it. The packets are looked at once, for SYN and RST. Some seconds after a reset all that is remembered
 * becomes an evidence folder (an episode), which somebody else analyses.
 */
export interface WatchOptions {
  readonly target: Target
  /** How to find the target again after it was restarted. */
  readonly resolve?: ResolveOptions
  /** Folder of the evidence folders; made with the first one. */
  readonly directory: string
  /** Only packets from or to one of these addresses. */
  readonly peers?: readonly string[]
  readonly ports?: readonly number[]
  /** pcap filter syntax; replaces the default, which is TCP and ICMP. */
  readonly filter?: string
  /** Memory for packets. */
  readonly ringBytes?: number
  /** What is older is forgotten though there would be room. */
  readonly ringAgeMs?: number
  /** Of all evidence folders together: the oldest go first. */
  readonly maxBytes?: number
  readonly maxAgeMs?: number
  readonly gcLogs?: readonly ExtraLog[]
  readonly logs?: readonly ExtraLog[]
  /** Called for each episode, the next one after the promise is fulfilled. */
  readonly onEpisode: (episode: Episode) => Promise<EpisodeAnswer>
  readonly onNews?: (news: WatchNews) => void
}

/** An evidence folder that was written because something happened. */
export interface Episode {
  readonly directory: string
  readonly target: Target
  /** What was noticed first. */
  readonly because: 'reset' | 'log' | 'close-wait'
  /** Milliseconds since 1970 UTC. */
  readonly firstMs: number
  readonly lastMs: number
  /** RST segments since the last episode. */
  readonly resets: number
  /** Runs a program to its end, so that it does not outlive the watch. */
  readonly run: (program: string, args: readonly string[], maxBytes: number) => Promise<Buffer>
}

export interface EpisodeAnswer {
  /** Something tells of this folder, so it stays until it is too old or the room is full. */
  readonly keep: boolean
  /** Nothing that was not known: the next episode may wait longer, so that what goes on and on stays cheap. */
  readonly isKnown: boolean
}

export type WatchNews =
  | { readonly kind: 'attached'; readonly target: Target; readonly isFirst: boolean }
  | { readonly kind: 'lost'; readonly target: Target; readonly says: string }
  | { readonly kind: 'missing'; readonly missing: Missing }
  | { readonly kind: 'dropped'; readonly packets: number }
  /** RST segments that were seen and counted, and that no analysis will see, since the last time. */
  | { readonly kind: 'missed'; readonly resets: number }

export interface WatchStatus {
  readonly target: Target
  /** False while the target is gone and looked for. */
  readonly isAttached: boolean
  readonly packets: number
  /** Attempts to connect (SYN), each once. */
  readonly connections: number
  /** RST segments, each once. */
  readonly resets: number
  /** Packets that tcpdump was to see and did not. */
  readonly droppedPackets: number
  /** RST segments that left the memory before their turn, or whose evidence could not be written. */
  readonly unexplainedResets: number
  /** In the newest socket table; absent before the first. */
  readonly closeWait?: number
  /** Sockets whose received data nobody read between the two newest tables. */
  readonly stalledReaders?: number
  readonly ringBytes: number
  readonly evidenceFolders: number
  readonly evidenceBytes: number
  /** Episodes that are being analysed, or are due. */
  readonly pendingEpisodes: number
  readonly captureRestarts: number
  readonly attachments: number
  /** Processor time of this process, of tcpdump and of programs that ended, in milliseconds. */
  readonly ownCpuMs: number
  /** Resident memory of this process and of tcpdump. */
  readonly ownRssBytes: number
  readonly missing: readonly Missing[]
}

export interface Watch {
  status(): WatchStatus
  /** Writes and passes on what is pending, removes what it started. The same promise when called again. */
  stop(): Promise<WatchStatus>
}

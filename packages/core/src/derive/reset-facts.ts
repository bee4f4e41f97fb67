import type { KernelReset } from '../read/kernel-event.ts'
import type { Exchange } from './exchange.ts'

/*
 * Every object of a kind has all its fields, `undefined` where there is nothing: code that always meets one shape runs
 * several times faster than code that meets many.
 */

/** What one side sent up to the first reset, as the vantage saw it. Times are nanoseconds since the epoch. */
export interface Side {
  readonly address: string
  readonly port: number
  readonly packets: number
  readonly dataSegments: number
  /** Payload bytes, each counted once. */
  readonly bytes: number
  readonly isn: number
  readonly next: number
  /** Absent until it acknowledged something. */
  readonly acked: number | undefined
  readonly syn: boolean
  readonly synAck: boolean
  readonly synCount: number
  readonly window: number
  readonly maxWindow: number
  /** Its last advertised window is 0. */
  readonly zeroWindow: { readonly sinceNs: number; readonly frame: number } | undefined
  /** Time its window had been 0 before that. */
  readonly zeroWindowTotalNs: number
  readonly fin:
    | {
        readonly ns: number
        readonly frame: number
        readonly seq: number
        readonly acked: boolean
        /** How long nobody had spoken before its last words or the FIN itself; 0 where that was shorter than half a second. */
        readonly silenceNs: number
      }
    | undefined
  readonly last: LastSegment | undefined
  readonly lastDataNs: number | undefined
  readonly hops: { readonly low: number; readonly high: number } | undefined
  readonly offersTimestamps: boolean
  readonly usesTimestamps: boolean
  /** How often it began to speak. */
  readonly turns: number
  /** When and where it last began to speak, and its sequence number there. */
  readonly turn: { readonly ns: number; readonly frame: number; readonly seq: number } | undefined
  readonly unansweredRetransmits: { readonly count: number; readonly firstNs: number }
  /** All that it repeated, and since when it repeated the latest, answered since or not. */
  readonly retransmits: number
  readonly repeatedFromNs: number
  readonly unansweredProbes: { readonly count: number; readonly firstNs: number }
  readonly alert:
    | {
        readonly frame: number
        /** Of its record, header included. */
        readonly bytes: number
        readonly level: number
        readonly description: number
      }
    | undefined
}

interface LastSegment {
  readonly ns: number
  readonly frame: number
  readonly seq: number
  readonly length: number
  readonly flags: number
}

export type Role = 'client' | 'server'

export interface RstSegment {
  readonly input: number
  readonly frame: number
  readonly ns: number
  readonly from: Role
  readonly seq: number
  readonly ack: number
  readonly window: number
  readonly hasAck: boolean
  readonly timestamps: boolean
  readonly hops: number
}

/** A sign that the reset was not made by the stack of the host it names. */
export type ForeignSign =
  | 'hops'
  | 'timestamps-missing'
  | 'several-sequences'
  | 'spoke-after'
  | 'unseen-at-sender'
  | 'both-named'
  | 'socket-lived-on'

/** What one side sent after the reset. */
export interface SentAfter {
  readonly segments: number
  readonly bytes: number
  readonly acks: number
}

export type Phase = 'handshake' | 'request' | 'response' | 'idle' | 'closing' | 'data' | 'unseen'

/** One vantage's record of a reset connection. */
export interface Sighting {
  readonly record: number
  readonly track: number
  readonly input: number
  readonly stream: number
  readonly client: Side
  readonly server: Side
  readonly rsts: readonly RstSegment[]
  readonly rstCount: number
}

/** Everything that is known of one connection that was reset: several vantages joined. */
export interface ResetFacts extends Sighting {
  readonly id: string
  readonly firstNs: number
  readonly timeNs: number
  /** The side that the first RST names as its sender. */
  readonly sender: Role
  /** The sender's side and the other one, whichever role they have. */
  readonly own: Side
  readonly peer: Side
  readonly form: 'active' | 'reply' | 'unclear'
  readonly phase: Phase
  readonly established: boolean
  /** Which side sent new data last. */
  readonly spokeLast: Role | undefined
  readonly portsReused: boolean
  /** The ports' previous connection in the capture had ended long before this reset. */
  readonly closedBefore: boolean
  /** First RST's sequence number is what its receiver expected next (RFC 9293 §3.10.7.4). */
  readonly inSequence: boolean
  /** The segment that a reply-form reset answers, when it is the last of the other side. */
  readonly offending: LastSegment | undefined
  /** How long neither side had sent anything when the connection was last used before the reset. */
  readonly silenceNs: number
  /** False where nothing was heard of an older connection before that: it may have been silent for any time. */
  readonly isSilenceKnown: boolean
  readonly foreign: readonly ForeignSign[]
  /** Segments and payload by each side after the reset, and whether acknowledgements moved on. */
  readonly after: Readonly<Record<Role, SentAfter>>
  readonly afterNs: number | undefined
  readonly survivedResets: number
  /** Other vantages of the same connection that recorded the reset too. */
  readonly others: readonly Sighting[]
  /** The same reset seen elsewhere with other addresses or ports: behind a NAT or a load balancer. */
  readonly translated: readonly {
    readonly address: string
    readonly port: number
    /** Its handshake was seen there. */
    readonly opened: boolean
    readonly input: number
    readonly frame: number
  }[]
  /** A capture that was running when the connection was opened elsewhere holds segments of it, and not its handshake. */
  readonly astray: boolean
  /** A capture nearer to its sender, which ran when that last spoke, holds the reset and nothing else that it sent. */
  readonly sentElsewhere: boolean
  /** Tracks whose capture holds the connection and covers the time, but no reset. */
  readonly unseenAt: readonly number[]
  /** At least this much the sender had received and not read. */
  readonly unreadBytes: number | undefined
  readonly exchange: Exchange
  /** Both FINs were acknowledged after the reset. */
  readonly finishedAfter: boolean
  /** Socket tables before and after show the server's port listening. */
  readonly listening: boolean
  /** They name that listener as the very same, on a host that has the server's address. */
  readonly listenerKept: boolean
  /** Socket tables before and after show different listeners on the server's port. */
  readonly listenerReplaced: boolean
  /** Its accept queue and limit in the last table before. */
  readonly listenQueue: number | undefined
  readonly listenLimit: number | undefined
  /** The trace holds resets by the sender's host around this one, but not this one. */
  readonly kernelSilent: boolean
  /** A capture nearer to the server holds its other traffic, and not this SYN. */
  readonly synUnseenAtServer: boolean
  readonly kernelSent: (KernelReset & { readonly input: number }) | undefined
  /** The socket of the sender in the last table before the reset. */
  readonly socket: SocketBefore | undefined
  /** A table from between the last segment and the reset shows the sender's service, and neither this socket nor its process. */
  readonly socketMissing: { readonly input: number; readonly row: number } | undefined
}

export interface SocketBefore {
  readonly input: number
  readonly row: number
  readonly state: string
  readonly recvQ?: number
  readonly process?: { readonly name: string; readonly pid?: number }
  /** It had no file yet, in a table that shows those of others: it waited in the accept queue. */
  readonly unaccepted: boolean
  /** A later table of the same place shows another socket of that process: it did not end with this one. */
  readonly livesOn: boolean
  /** Later tables of the same place show no socket of that process at all. */
  readonly isGone: boolean
  readonly agoMs: number
}

export function other(role: Role): Role {
  return role === 'client' ? 'server' : 'client'
}

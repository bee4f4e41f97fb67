import type { Deltas } from './deltas.ts'
import type { Side } from './lanes-exhibit.ts'

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

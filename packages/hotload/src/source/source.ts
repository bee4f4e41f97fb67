import type { Manifest } from '../manifest/manifest.ts'
import type { BlobWriter, Store } from '../store/store.ts'

/** What the client knows when it asks. */
export interface CheckRequest {
  readonly name: string
  /** Of the last check whose outcome was settled. */
  readonly etag?: string
  /** A lower `seq` is refused with `HOTLOAD_REPLAY`. */
  readonly highWater: number
  /** Decides a staged rollout; the same for the life of a store. */
  readonly clientId: string
  /** Long-poll: the provider may hold its answer this long. */
  readonly waitMs?: number
  readonly signal: AbortSignal
  /** For sources whose check is the download itself, and as `memory` of `verifyManifest` for rotations of keys. */
  readonly store: Pick<Store, 'receiveUnknown' | 'state' | 'update'>
}

export interface Offer {
  readonly kind: 'offered'
  /** Verified: signature, name, expiry, `seq`. */
  readonly manifest: Manifest
  readonly etag?: string
}

/** `failed` is an answer: the service goes on with what it has. */
export type CheckResult =
  | Offer
  | { readonly kind: 'unchanged'; readonly etag?: string }
  | {
      readonly kind: 'failed'
      readonly error: Error
      /** From Retry-After. */
      readonly retryAfterMs?: number
    }

/** Where versions come from. It never leaves a body unread and never resets a connection in orderly operation. */
export interface Source {
  /** Conditional: a 200 is the data. Never rejects because of what the provider does. */
  check(request: CheckRequest): Promise<CheckResult>
  /** Writes the blob, from `writer.offset` on. Rejects with a `HotloadError`; what came is kept for the next try. */
  download(manifest: Manifest, writer: BlobWriter, signal: AbortSignal): Promise<void>
  /** Tells the provider how it went; bounded, drops the oldest, never waits for. */
  report?(status: object): void
  /** How often it wants to be asked: what `createPoller` takes. */
  readonly schedule: Schedule
  readonly counters: SourceCounters
  /** Orderly: waits for what is under way up to a second, then closes the connections with FIN. */
  close(): Promise<void>
}

export interface Schedule {
  /** Mean time between two checks: each is drawn anew from half of it to one and a half. */
  readonly everyMs: number
  /** Long-poll: a check may ask the provider to hold its answer this long. */
  readonly waitMs?: number
}

export interface SourceCounters {
  readonly checks: number
  readonly unchanged: number
  /** Those that were called off are not among them. */
  readonly failed: number
  readonly bytes: number
  /** Connections opened. */
  readonly connections: number
  /** Of our own doing, each an exception that the README states. */
  readonly resets: number
}

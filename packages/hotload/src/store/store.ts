import type { Manifest } from '../manifest/manifest.ts'
import type { RememberedTrust } from '../manifest/trust.ts'

/** A version whose blob was verified and unpacked: nothing in it changes any more. */
export interface StagedPackage {
  readonly manifest: Manifest
  /** The digest that names it: `manifest.sha512`. */
  readonly digest: string
  /** Folder of the unpacked tree, absolute. */
  readonly folder: string
  /** The module or the artifact, absolute, inside `folder`. */
  readonly entryPath: string
}

/** Why a version is not taken, until when. */
export interface Quarantine {
  readonly digest: string
  readonly seq: number
  /** A `HotloadError` code. */
  readonly code: string
  readonly reason: string
  readonly attempts: number
  /** ISO 8601: tried again after this, or at once when a new manifest comes. */
  readonly retryAt: string
}

/** One line of history, persisted as a whole at each arrow of the state machine. */
export interface StoreState {
  readonly schema: 'hotload.state/1'
  /** Confirmed or, while `pending` names the same digest, not yet. */
  readonly current?: Manifest
  /** What is returned to. */
  readonly previous?: Manifest
  /** On its way, with the arrow that it reached, and how often the process ended before it was confirmed. */
  readonly pending?: {
    readonly manifest: Manifest
    readonly phase: 'offered' | 'staged' | 'started' | 'probed' | 'active'
    readonly crashes: number
  }
  /** Validator of the last check whose outcome was settled: never written before the outcome. */
  readonly etag?: string
  /** Highest `seq` that was ever verified: a lower one is a replay. */
  readonly highWater: number
  readonly quarantine: readonly Quarantine[]
  /** A version that an operator holds on to. */
  readonly pinned?: string
  /** Highest number that was given to a generation: numbers never repeat. */
  readonly generation?: number
  /** Rotations of keys that were followed: written by `verifyManifest` when it is given the store as `memory`. */
  readonly trust?: RememberedTrust
}

/** Receives a blob in order, into a temporary file that survives the process; one at a time for each digest. */
export interface BlobWriter {
  /** Bytes that are there already, from an earlier try: the download goes on from here. */
  readonly offset: number
  /** Rejects with code `HOTLOAD_TOO_LARGE` beyond the size that was announced or allowed, `HOTLOAD_DISK` when it cannot write. */
  write(chunk: Uint8Array): Promise<void>
  /** Starts again at byte 0: what is at the provider is not what the first part came from. */
  restart(): Promise<void>
  /** Syncs, and verifies size and digest where they were announced. What is wrong is deleted. */
  finish(): Promise<{ readonly sha512: string; readonly size: number }>
  /** Keeps what came for the next try. */
  suspend(): Promise<void>
  /** Deletes what came. */
  discard(): Promise<void>
}

/** A folder with one writer: content-addressed blobs and trees, and one `state.json`. Nothing in it is overwritten in place. */
export interface Store {
  /** Made when the folder was, and kept: decides staged rollouts. */
  readonly clientId: string
  /** As persisted last. */
  readonly state: StoreState
  /** Resolves when the new state is on disk (file and folder synced). Calls are done in order. */
  update(change: (state: StoreState) => StoreState): Promise<void>
  /** A writer for a blob of announced size and digest; `undefined` when the blob is there and verified already. */
  receive(blob: { readonly sha512: string; readonly size: number }): Promise<BlobWriter | undefined>
  /** A writer for a blob of which only a limit is known (plain web servers); never resumed. */
  receiveUnknown(limitBytes: number): Promise<BlobWriter>
  /** Unpacks and syncs a verified blob; returns at once when that was done and its tree is intact. */
  stage(manifest: Manifest): Promise<StagedPackage>
  /** Deletes blobs and trees that no state names, oldest first, until the store is under its cap. */
  collect(): Promise<void>
  /** Lets the next process have it. */
  close(): Promise<void>
}

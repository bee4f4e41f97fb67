import type { Problem } from './errors.ts'
import type { AppLog } from './read/app-log/log-event.ts'
import type { CaptureSummary } from './read-capture.ts'
import type { Counters } from './read/counter-set.ts'
import type { GcLog } from './read/gc-log/collection.ts'
import type { KernelTrace } from './read/kernel-event.ts'
import type { Manifest } from './read/manifest.ts'
import type { SocketTable } from './read/socket-table/socket-row.ts'
import type { Track } from './derive/build-facts.ts'
import type { Heads } from './derive/sightings.ts'
import type { Tracker } from './tcp/tracker.ts'

/** Records of one input, after reading. */
export interface ReadInput {
  readonly path: string
  readonly capture?: CaptureSummary
  readonly gcLogs: readonly GcLog[]
  readonly appLog?: AppLog
  readonly tables: readonly SocketTable[]
  readonly trace?: KernelTrace
  readonly counters?: Counters
  readonly manifest?: Manifest
  readonly isUnknown: boolean
  readonly problems: readonly Problem[]
}

/** Everything that was read: what derivation starts from. */
export interface Evidence {
  readonly inputs: readonly ReadInput[]
  readonly tracker: Tracker
  readonly tracks: readonly Track[]
  readonly heads: (record: number) => Heads
  /** The reading was interrupted; what is here is what was read until then. */
  readonly interrupted: boolean
}

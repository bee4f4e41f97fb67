import type { Problem } from '../../errors.ts'
import type { LogTime } from '../log-time.ts'

/** What the collector said of the references it found; which of the words is used differs by collector. */
export interface ReferenceCounts {
  readonly soft?: number
  readonly weak?: number
  /** FinalReferences: objects with finalizers (JDK 8 sockets, HttpURLConnection streams). */
  readonly final?: number
  /** PhantomReferences: Cleaners (JDK 11+ sockets). */
  readonly phantom?: number
}

/** One garbage collection, or one concurrent cycle. */
export interface Collection {
  /** 1-based line that completes it, or its last line when the log breaks off. */
  readonly line: number
  /** `GC(7)` → 7, Go's `gc 7` → 7. */
  readonly number?: number
  /** What it reclaims: `young` leaves old garbage alone; `concurrent` is a whole cycle beside the program. */
  readonly kind: 'young' | 'mixed' | 'full' | 'concurrent' | 'other'
  /** As printed: `Pause Young (Normal) (G1 Evacuation Pause)`, `Scavenge`, `Mark-Compact (reduce)`. */
  readonly name: string
  /** Absent when only the end is printed and the duration is not. */
  readonly start?: LogTime
  readonly end: LogTime
  /**
   * When a concurrent cycle had processed its references, where the log says it: what the collector frees acts
   * from here on, not only after `end`.
   */
  readonly referencesProcessedAt?: LogTime
  /** How long the program stood still, in milliseconds. */
  readonly pauseMs?: number
  /** Reference processing may act before `end`: ZGC, Shenandoah, Go, V8's concurrent phases. */
  readonly concurrent: boolean
  readonly references?: ReferenceCounts
}

export interface GcLog {
  readonly runtime: 'jvm' | 'v8' | 'go' | 'dotnet'
  /** `G1`, `Serial`, `Parallel`, `Z`, `Shenandoah`, `CMS`, … as far as the log tells. */
  readonly collector?: string
  /** The pid where the log prints one (`[3071:0x…]` of V8, `[pid]` of unified logging). */
  readonly pid?: number
  readonly section?: string
  /** In order of the log. */
  readonly collections: readonly Collection[]
  /** A line that carried both an uptime and a wall clock fixes the process's start for lines with uptime only. */
  readonly startedAt?: LogTime
  readonly lines: number
  readonly problems: readonly Problem[]
}

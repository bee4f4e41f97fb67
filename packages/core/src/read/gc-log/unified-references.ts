import type { ReferenceCounts } from './collection.ts'

type Kind = keyof ReferenceCounts

/** The counts of one collection while its lines are being read. */
export interface ReferenceTally {
  readonly counts: { -readonly [K in Kind]?: number }
  /** The kind whose `Discovered:` and `Cleared:` lines come next (JDK 10 to 19). */
  current?: Kind
}

const HEADING = /^(Soft|Weak|Final|Phantom)Reference:$/
const DISCOVERED = /^Discovered: (\d+)$/
const DROPPED = /^(?:Cleared|Dropped): (\d+)$/
const ONE_LINE = /^(Soft|Weak|Final|Phantom)Reference:? Discovered: \d+, Dropped: \d+, Processed: (\d+)$/
const Z_LINE = /^(Soft|Weak|Final|Phantom): \d+ encountered, \d+ discovered, (\d+) enqueued$/
const Z_ROW = /^(Soft|Weak|Final|Phantom) References: +\d+ +\d+ +(\d+)$/
const TOTALS =
  /^(?:Ref Counts|Enqueued +references): Soft: (\d+),? Weak: (\d+),? Final: (\d+),? Phantom: (\d+)$/
/** Of 11–19: soft; soft, weak and final; final; phantom. */
const SKIPPED =
  /^Skipped (?:phase ?([34])|(SoftWeakFinal|KeepAliveFinal|Phantom)RefsPhase) of Reference Processing(?:: no| due to unavailable) references$/

/**
 * Reads a line of reference counts, without its decorations and `GC(n)`, into `tally`; false if it is none.
 *
 * A count is that of references whose object was found dead, as nearly as the log tells:
 * - JDK 20+: `Processed`. JDK 10–19: `Discovered` minus `Cleared`: despite its name, `Cleared` counts the references
 *   taken off the list because their object was alive (referenceProcessor.cpp passes `removed`); JDK 20 renamed it
 *   `Dropped`. So `FinalReference Discovered: 40, Cleared: 0` is forty dead.
 * - ZGC and Shenandoah: `enqueued`.
 * - JDK 9–10 `Ref Counts`: references discovered, an upper bound.
 * - JDK 11+, a phase that is skipped: none was left, or none discovered (referenceProcessor.cpp).
 */
export function readReferenceLine(message: string, tally: ReferenceTally): boolean {
  const text = message.trim()
  const heading = HEADING.exec(text)
  if (heading !== null) {
    tally.current = kindOf(heading[1])
    return true
  }
  const { counts, current } = tally
  const discovered = DISCOVERED.exec(text)
  if (discovered !== null) {
    if (current !== undefined) counts[current] = Number(discovered[1])
    return true
  }
  const dropped = DROPPED.exec(text)
  if (dropped !== null) {
    if (current !== undefined) counts[current] = Math.max(0, (counts[current] ?? 0) - Number(dropped[1]))
    return true
  }
  const single = ONE_LINE.exec(text) ?? Z_LINE.exec(text) ?? Z_ROW.exec(text)
  if (single !== null) {
    counts[kindOf(single[1])] = Number(single[2])
    return true
  }
  const skipped = SKIPPED.exec(text)
  if (skipped !== null) {
    counts[skipped[1] === '4' || skipped[2] === 'Phantom' ? 'phantom' : 'final'] ??= 0
    return true
  }
  const totals = TOTALS.exec(text)
  if (totals === null) return false
  counts.soft ??= Number(totals[1])
  counts.weak ??= Number(totals[2])
  counts.final ??= Number(totals[3])
  counts.phantom ??= Number(totals[4])
  return true
}

function kindOf(word: string | undefined): Kind {
  if (word === 'Soft') return 'soft'
  if (word === 'Weak') return 'weak'
  return word === 'Final' ? 'final' : 'phantom'
}

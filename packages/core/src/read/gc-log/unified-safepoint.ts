import type { LogTime } from '../log-time.ts'
import type { Collection } from './collection.ts'
import { shiftTime } from './gc-time.ts'

const SAFEPOINT = /^Safepoint "(\w{1,80})",.{1,200} Total: (\d+) ns/
const FULL = /CollectFull|GCSystemGC|FullGC/
const YOUNG = /CollectForAllocation|FailedAllocation|CollectionPause|G1TryInitiateConcMark|CollectForMetadata/
const OTHER =
  /^(?:G1PauseRemark|CGC_Operation|CMS_Final_Remark|ZMarkEnd|[XZ]MarkEnd\w*|ShenandoahFinalMark\w*)$/

/**
 * Reads `Safepoint "G1CollectForAllocation", …, Total: 4006855 ns` (JDK 13+) as a collection, when the VM operation
 * is one (hotspot vmOperation.hpp). The line is printed when the safepoint has ended.
 */
export function readSafepoint(
  message: string,
  time: LogTime | undefined,
  line: number,
): Collection | undefined {
  const found = SAFEPOINT.exec(message)
  const operation = found?.[1]
  if (time === undefined || operation === undefined) return undefined
  const kind = kindOf(operation)
  if (kind === undefined) return undefined
  const pauseMs = Number(found?.[2]) / 1e6
  return {
    line,
    kind,
    name: operation,
    start: shiftTime(time, -pauseMs),
    end: time,
    pauseMs,
    concurrent: false,
  }
}

function kindOf(operation: string): Collection['kind'] | undefined {
  if (FULL.test(operation)) return 'full'
  if (YOUNG.test(operation)) return 'young'
  return OTHER.test(operation) ? 'other' : undefined
}

import type { Diagnosis, Exhibits, Message, Warning } from '@whyreset/core'

/** The sockets of one process with one peer that are stuck, or what a warning says of them. */
export interface LeakRow {
  readonly process?: string
  readonly pid?: number
  readonly peer?: string
  readonly who?: string
  /** In the newest socket table. */
  readonly closeWait?: number
  readonly unreadBytes?: number
  readonly growthPerMinute?: number
  readonly oldestSeconds?: number
  readonly says?: Message
  readonly kind?: Warning['kind']
}

/** Warnings first, in their order; then what socket tables show of others, most CLOSE_WAIT first. */
export function leakRows({ warnings }: Diagnosis, exhibits: Exhibits | undefined): LeakRow[] {
  const groups = (exhibits?.hosts ?? []).flatMap(({ who, groups: found }) =>
    found.map((group): LeakRow => ({
      ...(who === undefined ? {} : { who }),
      ...(group.process === undefined ? {} : { process: group.process }),
      ...(group.pid === undefined ? {} : { pid: group.pid }),
      peer: group.peer,
      closeWait: group.closeWait.at(-1) ?? 0,
      unreadBytes: group.unread.at(-1) ?? 0,
    })),
  )
  const isSame = (row: LeakRow, warning: Warning): boolean =>
    row.peer === warning.peer && (warning.process === undefined || row.process === warning.process)
  const told = warnings.map((warning): LeakRow => {
    const { process, peer, growthPerMinute, oldestSeconds, says, kind, count } = warning
    return {
      ...(process === undefined ? {} : { process }),
      ...(peer === undefined ? {} : { peer }),
      ...(kind === 'close-wait-leak' ? { closeWait: count } : {}),
      ...groups.find((row) => isSame(row, warning)),
      ...(growthPerMinute === undefined ? {} : { growthPerMinute }),
      ...(oldestSeconds === undefined ? {} : { oldestSeconds }),
      says,
      kind,
    }
  })
  const others = groups.filter(
    (row) =>
      ((row.closeWait ?? 0) > 0 || (row.unreadBytes ?? 0) > 0) &&
      !warnings.some((warning) => isSame(row, warning)),
  )
  return [...told, ...others.toSorted((x, y) => (y.closeWait ?? 0) - (x.closeWait ?? 0))]
}

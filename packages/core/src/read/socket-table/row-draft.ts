import type { SocketRow } from './socket-row.ts'

/** A row under construction: a later line, or the rest of the table, may still complete it. */
export type RowDraft = { -readonly [Key in keyof SocketRow]: SocketRow[Key] }

/** What one line gives; the reader adds where it stood. */
export type RowFields = Omit<RowDraft, 'row' | 'line'>

/** A count as printed; undefined for anything but digits. */
export function readCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

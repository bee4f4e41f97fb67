import type { Compression } from '../input.ts'
import { recogniseCompression } from '../input.ts'
import { looksLikeAppLogLine } from './app-log/app-log.ts'
import { createLogUnwrapper } from './app-log/wrapper.ts'
import { looksLikeCountersLine, looksLikeStatistics } from './counters.ts'
import { looksLikeGcLogLine } from './gc-log/gc-log.ts'
import { looksLikeKernelTraceLine } from './kernel-trace.ts'
import { looksLikePcap } from './pcap.ts'
import { looksLikePcapng } from './pcapng.ts'
import { looksLikeSocketTableLine } from './socket-table/socket-table.ts'

export type BinaryKind = 'pcap' | 'pcapng' | Compression
export type TextKind = 'socket-table' | 'kernel-trace' | 'counters' | 'log' | 'manifest' | 'diagnosis'

/** Decides by the first bytes whether they are a capture or compressed; undefined: text, or nothing known. */
export function recogniseBinary(head: Uint8Array): BinaryKind | undefined {
  if (looksLikePcapng(head)) return 'pcapng'
  if (looksLikePcap(head)) return 'pcap'
  return recogniseCompression(head)
}

/**
 * Decides by the first lines what a text is; undefined: nothing known. Tables and traces must make up most of their
 * lines; a log may hold anything, so one recognised line is enough.
 */
export function recogniseText(lines: readonly string[]): TextKind | undefined {
  const filled = lines.filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const first = lines.find((line) => line.trim() !== '')?.trim() ?? ''
  if (first.startsWith('{') && lines.some((line) => line.includes('whyreset.evidence/'))) return 'manifest'
  if (first.startsWith('{') && lines.some((line) => line.includes('whyreset.diagnosis/'))) return 'diagnosis'
  const share = (matches: (text: string) => boolean): number => filled.filter(matches).length / filled.length
  if (filled.length > 0) {
    const shares = [
      ['kernel-trace', share(looksLikeKernelTraceLine)],
      ['socket-table', share(looksLikeSocketTableLine)],
      ['counters', share(looksLikeCountersLine)],
    ] as const
    const [kind, best] = shares.reduce((x, y) => (y[1] > x[1] ? y : x))
    // Details of a socket stand on a second line that the reader knows and this test does not.
    if (best >= 0.3) return kind
    if (looksLikeStatistics(filled)) return 'counters'
  } else if (lines.some(looksLikeKernelTraceLine)) return 'kernel-trace'
  // A difference in which nothing moved.
  else if (lines.some(looksLikeCountersLine)) return 'counters'
  // Headers alone: a table or a trace without rows.
  if (lines.some((line) => /^# (?:tracer:|trace_clock:|wall_minus_trace_clock:)/.test(line)))
    return 'kernel-trace'
  // A log is text: a binary file may hold something that looks like a time.
  if (lines.some((line) => line.includes('\u0000'))) return undefined
  const unwrap = createLogUnwrapper()
  for (const line of lines) {
    const unwrapped = unwrap(line)
    if (unwrapped === undefined) return 'log'
    if (unwrapped.context.wrapperTime !== undefined) return 'log'
    if (looksLikeGcLogLine(unwrapped.text) || looksLikeAppLogLine(unwrapped.text)) return 'log'
  }
  return undefined
}

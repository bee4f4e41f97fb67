import type { WatchStatus } from '@whyreset/gather'
import { VERSION } from './version.ts'
import type { WatchCounts } from './watch-counts.ts'

/** What the metrics are read from, at the moment when somebody asks. */
export interface WatchState {
  readonly status: WatchStatus
  readonly counts: WatchCounts
}

export interface Metric {
  /** By the conventions of Prometheus: base units, `_total` for what only grows. */
  readonly name: string
  readonly type: 'counter' | 'gauge'
  readonly help: string
  /** No sample where the value is not known: that is not 0. */
  readonly read: (state: WatchState) => readonly Sample[]
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export const METRICS: readonly Metric[] = [
  {
    name: 'whyreset_resets_total',
    type: 'counter',
    help: 'Reset connections by cause, by the side that reset them, and by the peer of the target.',
    read: ({ counts }) =>
      Array.from(counts.resets, ({ cause, side, peer, count }) => ({
        labels: { cause, side, peer },
        value: count,
      })),
  },
  counter('whyreset_reset_segments_total', 'RST segments seen, explained or not.', (s) => s.resets),
  {
    name: 'whyreset_unexplained_reset_segments_total',
    type: 'counter',
    help: 'RST segments that were seen and never analysed: they left the memory too soon, or that failed.',
    read: ({ status, counts }) => [{ labels: {}, value: status.unexplainedResets + counts.failedResets }],
  },
  counter('whyreset_connection_attempts_total', 'Attempts to connect (SYN) seen.', (s) => s.connections),
  gauge(
    'whyreset_close_wait_sockets',
    'Sockets in CLOSE_WAIT in the newest socket table.',
    (s) => s.closeWait,
  ),
  gauge(
    'whyreset_stalled_readers',
    'Established sockets whose received data nobody read between the two newest socket tables.',
    (s) => s.stalledReaders,
  ),
  gauge('whyreset_target_up', '1 while the target is there, 0 while it is looked for.', (s) =>
    s.isAttached ? 1 : 0,
  ),
  counter('whyreset_attachments_total', 'Runs of the target that were watched.', (s) => s.attachments),
  counter('whyreset_packets_total', 'Packets looked at.', (s) => s.packets),
  counter(
    'whyreset_dropped_packets_total',
    'Packets that were asked for and not seen, because the machine was too busy.',
    (s) => s.droppedPackets,
  ),
  counter(
    'whyreset_capture_restarts_total',
    'Times that tcpdump had to be started again.',
    (s) => s.captureRestarts,
  ),
  gauge('whyreset_missing', 'Things that could not be had: rights, programs, logs.', (s) => s.missing.length),
  {
    name: 'whyreset_episodes_total',
    type: 'counter',
    help: 'Evidence folders written, by what came of them.',
    read: ({ counts }) => Array.from(counts.episodes, ([result, value]) => ({ labels: { result }, value })),
  },
  gauge('whyreset_analysis_queue', 'Episodes that are open or being analysed.', (s) => s.pendingEpisodes),
  {
    name: 'whyreset_analysis_seconds_total',
    type: 'counter',
    help: 'Time that analyses took.',
    read: ({ counts }) => [{ labels: {}, value: counts.analysisSeconds }],
  },
  gauge('whyreset_evidence_folders', 'Evidence folders that are kept.', (s) => s.evidenceFolders),
  gauge('whyreset_evidence_bytes', 'Disk that they take.', (s) => s.evidenceBytes),
  gauge('whyreset_ring_bytes', 'Packets that are remembered in memory.', (s) => s.ringBytes),
  counter(
    'whyreset_cpu_seconds_total',
    'Processor time of the watch, tcpdump and what else it ran.',
    (s) => s.ownCpuMs / 1e3,
  ),
  gauge('whyreset_resident_memory_bytes', 'Memory of the watch and tcpdump.', (s) => s.ownRssBytes),
  {
    name: 'whyreset_build_info',
    type: 'gauge',
    help: 'Version of whyreset and name of the target.',
    read: ({ status }) => [{ labels: { version: VERSION, target: status.target.name }, value: 1 }],
  },
]

type Read = (status: WatchStatus) => number | undefined

function counter(name: string, help: string, read: Read): Metric {
  return { name, type: 'counter', help, read: sampleOf(read) }
}

function gauge(name: string, help: string, read: Read): Metric {
  return { name, type: 'gauge', help, read: sampleOf(read) }
}

function sampleOf(read: Read): Metric['read'] {
  return ({ status }) => {
    const value = read(status)
    return value === undefined ? [] : [{ labels: {}, value }]
  }
}

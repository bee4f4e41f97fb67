import type { ConnectionLog } from './connection-log.ts'
import type { MetricFamily } from './metrics.ts'
import type { ReleaseFolder } from './release-folder.ts'
import type { StatusReports } from './status-reports.ts'
import type { WaitingRoom } from './waiting-room.ts'

/** What is measured of a provider, beside its requests. */
export interface MeasuredParts {
  readonly folder: Promise<ReleaseFolder>
  readonly room: WaitingRoom
  readonly connections: ConnectionLog
  readonly reports: StatusReports
  readonly now: () => Date
}

export interface RequestCounts {
  overloads: number
  failures: number
  lastFailure: string | undefined
  add(kind: string, status: number): void
  readonly byKind: ReadonlyMap<string, number>
}

/** Kinds and statuses are few, whatever is asked. */
export function requestCounts(): RequestCounts {
  const byKind = new Map<string, number>()
  return {
    overloads: 0,
    failures: 0,
    lastFailure: undefined,
    byKind,
    add(kind, status) {
      const key = `${kind} ${status}`
      byKind.set(key, (byKind.get(key) ?? 0) + 1)
    },
  }
}

export async function providerMetrics(
  { folder, room, connections, reports, now }: MeasuredParts,
  counts: RequestCounts,
  downloads: number,
): Promise<readonly MetricFamily[]> {
  const opened = await folder
  const records = await Promise.all((await opened.names()).map((name) => opened.read(name)))
  const newest = records.flatMap((record) => {
    const offer = record?.offers.at(-1)
    return record === undefined || offer === undefined ? [] : [{ name: record.name, offer }]
  })
  return [
    {
      name: 'hotload_requests_total',
      help: 'Requests answered, by route and status.',
      type: 'counter',
      samples: [...counts.byKind].map(([key, value]) => {
        const [route = '', status = ''] = key.split(' ')
        return [{ route, status }, value]
      }),
    },
    counter('hotload_overloads_total', 'Downloads that were told to come again.', counts.overloads),
    counter('hotload_failures_total', 'Requests that failed for a reason of the provider.', counts.failures),
    counter('hotload_resets_total', 'Connections that clients reset.', connections.resets),
    {
      name: 'hotload_peer_resets_total',
      help: 'Connections that clients reset, by the address of the client; the 256 heard of last.',
      type: 'counter',
      samples: connections.peers
        .filter((peer) => peer.resets > 0)
        .map(({ peer, resets }) => [{ peer }, resets] as const),
    },
    counter('hotload_aborted_total', 'Answers whose client left before their end.', connections.aborted),
    counter('hotload_reports_total', 'Status reports of clients.', reports.received),
    gauge(
      'hotload_connections',
      'Connections open, from their first request on.',
      connections.openConnections,
    ),
    gauge('hotload_waiting', 'Long-polls that are held.', room.waiting),
    gauge('hotload_downloads', 'Blobs that are being sent.', downloads),
    {
      name: 'hotload_package_seq',
      help: 'Number of the newest offer.',
      type: 'gauge',
      samples: newest.map(({ name, offer }) => [{ name, version: offer.version }, offer.seq]),
    },
    {
      name: 'hotload_package_rollout',
      help: 'Share of clients that the newest offer is for.',
      type: 'gauge',
      samples: newest.map(({ name, offer }) => [{ name }, offer.rollout ?? 1]),
    },
    gauge('hotload_scrape_timestamp_seconds', 'The clock of the provider.', now().getTime() / 1000),
  ]
}

function counter(name: string, help: string, value: number): MetricFamily {
  return { name, help, type: 'counter', samples: [[{}, value]] }
}

function gauge(name: string, help: string, value: number): MetricFamily {
  return { name, help, type: 'gauge', samples: [[{}, value]] }
}

import type { WatchEvent } from '@whyreset/report/event-schema'
import { systemReason } from './system-reason.ts'
import type { ListenAddress } from './watch-listen-address.ts'
import type { MetricsServer } from './watch-metrics-server.ts'
import type { WatchState } from './watch-metrics.ts'
import type { Otlp } from './watch-otlp.ts'

/** Where what a watch sees goes besides its output. Each is loaded only when it is asked for. */
export interface Outlets {
  log(event: WatchEvent): void
  /** What to tell the user of them. */
  readonly says: readonly string[]
  close(): Promise<void>
}

/** Any of them turns the export on; the SDK reads the rest. */
const OTLP_ENDPOINTS = [
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT',
  'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
]

/** Throws with one line when the metrics cannot be served. */
export async function startOutlets(
  address: ListenAddress | undefined,
  targetName: string,
  state: () => WatchState,
): Promise<Outlets> {
  const server = address === undefined ? undefined : await serve(address, state)
  const isOtlp = OTLP_ENDPOINTS.some((name) => (process.env[name] ?? '') !== '')
  const otlp = isOtlp ? await startOtlp(targetName, state) : undefined
  return {
    log: (event) => otlp?.log(event),
    says: [
      ...(server === undefined ? [] : [`metrics at http://${server.address}/metrics`]),
      ...(otlp === undefined
        ? []
        : ['events and metrics go to the collector that OTEL_EXPORTER_OTLP_… names']),
    ],
    async close() {
      await Promise.all([server?.close(), otlp?.close()])
    },
  }
}

async function serve(address: ListenAddress, state: () => WatchState): Promise<MetricsServer> {
  const [{ serveMetrics }, { metricsText }] = await Promise.all([
    import('./watch-metrics-server.ts'),
    import('./watch-metrics-text.ts'),
  ])
  try {
    return await serveMetrics(address, () => metricsText(state()))
  } catch (error) {
    throw new Error(
      `--metrics ${address.host}:${address.port}: ${systemReason(error)}: choose an address of this machine and a free port`,
      { cause: error },
    )
  }
}

async function startOtlp(targetName: string, state: () => WatchState): Promise<Otlp> {
  const otlp = await import('./watch-otlp.ts')
  return otlp.startOtlp(targetName, state)
}

import { SeverityNumber } from '@opentelemetry/api-logs'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import type { WatchEvent } from '@whyreset/report/event-schema'
import { VERSION } from './version.ts'
import { watchLine } from './watch-line.ts'
import { METRICS, type WatchState } from './watch-metrics.ts'

/** Events and metrics on their way to a collector. */
export interface Otlp {
  log(event: WatchEvent): void
  /** Sends what is left, and gives up soon when nobody answers. */
  close(): Promise<void>
}

const DEFAULT_EXPORT_MS = 60_000
const CLOSE_MS = 5000
const SCOPE = 'whyreset'

/**
 * Logs and metrics as the OpenTelemetry SDK sends them, in OTLP over HTTP with protobuf. Where to, with which headers
 * and how long to wait, the SDK reads from the OTEL_… variables.
 */
export function startOtlp(targetName: string, state: () => WatchState): Otlp {
  const own = { 'service.name': 'whyreset', 'service.version': VERSION, 'whyreset.target': targetName }
  // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come last: they win.
  const resource = resourceFromAttributes(own).merge(detectResources({ detectors: [envDetector] }))
  const logs = new LoggerProvider({
    resource,
    processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })],
  })
  const logger = logs.getLogger(SCOPE, VERSION)
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    exportIntervalMillis: exportInterval(),
    exportTimeoutMillis: Math.min(exportInterval(), CLOSE_MS),
  })
  const metrics = new MeterProvider({ resource, readers: [reader] })
  const meter = metrics.getMeter(SCOPE, VERSION)
  for (const { name, type, help, read } of METRICS) {
    const options = { description: help }
    const instrument =
      type === 'counter'
        ? meter.createObservableCounter(name, options)
        : meter.createObservableGauge(name, options)
    instrument.addCallback((result) => {
      for (const { labels, value } of read(state())) result.observe(value, labels)
    })
  }

  return {
    log(event) {
      logger.emit({
        eventName: `whyreset.${event.event}`,
        timestamp: new Date(event.time),
        body: watchLine(event),
        ...severityOf(event),
        attributes: attributesOf(event),
      })
    },
    async close() {
      const timer = new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())
      await Promise.race([Promise.allSettled([logs.shutdown(), metrics.shutdown()]), timer])
    },
  }
}

function severityOf(event: WatchEvent): { severityNumber: SeverityNumber; severityText: string } {
  switch (event.event) {
    case 'finding':
      return SEVERITIES[event.severity]
    case 'unexplained':
      return SEVERITIES.error
    case 'attached':
    case 'stopped':
      return SEVERITIES.info
    case 'warning':
    case 'lost':
    case 'missing':
    case 'dropped':
    case 'missed':
      return SEVERITIES.warning
  }
}

const SEVERITIES = {
  error: { severityNumber: SeverityNumber.ERROR, severityText: 'ERROR' },
  warning: { severityNumber: SeverityNumber.WARN, severityText: 'WARN' },
  info: { severityNumber: SeverityNumber.INFO, severityText: 'INFO' },
} as const

/** The event's own fields, flat: what a collector can filter by. */
function attributesOf(event: WatchEvent): Record<string, string | number | boolean> {
  const { time: _time, ...fields } = event
  const flat: Record<string, string | number | boolean> = {}
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      flat[`whyreset.${name}`] = value
  }
  return flat
}

/** The periodic reader does not read it itself. */
function exportInterval(): number {
  const ms = Number(process.env['OTEL_METRIC_EXPORT_INTERVAL'])
  return ms > 0 ? ms : DEFAULT_EXPORT_MS
}

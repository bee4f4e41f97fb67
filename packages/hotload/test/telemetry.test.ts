import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { metrics, SpanStatusCode, trace } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, expect, test } from 'vitest'
import { httpSource } from '../src/source/http-source.ts'
import { answering, KEYS, listen, MemoryWriter, published, request } from './wire-support.ts'

const spans = new InMemorySpanExporter()
const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })
const numbers = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
const reader = new PeriodicExportingMetricReader({ exporter: numbers, exportIntervalMillis: 3_600_000 })
const meter = new MeterProvider({ readers: [reader] })
trace.setGlobalTracerProvider(tracer)
metrics.setGlobalMeterProvider(meter)

afterAll(async () => {
  await tracer.shutdown()
  await meter.shutdown()
  trace.disable()
  metrics.disable()
})

test('checks and downloads are spans and metrics where an SDK is registered', async () => {
  const release = await published(randomBytes(1000))
  let isDown = false
  const answer = answering(() => release)
  const server = createServer((asked, response) => {
    if (isDown) response.writeHead(503).end()
    else answer(asked, response)
  })
  await using listening = await listen(server)
  const source = httpSource(`http://127.0.0.1:${listening.port}`, { trust: [KEYS.publicKey] })
  await source.check(request())
  await source.download(release.manifest, new MemoryWriter(), new AbortController().signal)
  isDown = true
  await source.check(request())
  await reader.forceFlush()
  await source.close()

  const seen = spans.getFinishedSpans()
  expect(seen.map(({ name }) => name)).toEqual(['hotload.check', 'hotload.download', 'hotload.check'])
  expect(seen[0]?.attributes).toMatchObject({
    'hotload.package': 'pricing',
    'hotload.outcome': 'offered',
    'hotload.version': '1.0.0',
    'server.address': '127.0.0.1',
    'server.port': listening.port,
  })
  expect(seen[1]?.attributes).toMatchObject({ 'hotload.size': 1000, 'hotload.resumed_at': 0 })
  expect(seen[2]).toMatchObject({
    status: { code: SpanStatusCode.ERROR },
    attributes: { 'hotload.outcome': 'failed', 'error.type': 'HOTLOAD_PROVIDER' },
  })

  const points = numbers
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap((scope) => scope.metrics)
  const names = new Set(points.map(({ descriptor }) => descriptor.name))
  for (const name of ['checks', 'check.duration', 'connections', 'resets', 'received_bytes'])
    expect(names).toContain(`hotload.${name}`)
  const checks = points.find(({ descriptor }) => descriptor.name === 'hotload.checks')
  expect(checks?.dataPoints.map(({ attributes, value }) => [attributes['hotload.outcome'], value])).toEqual([
    ['offered', 1],
    ['failed', 1],
  ])
})

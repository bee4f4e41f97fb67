import type * as OpenTelemetry from '@opentelemetry/api'
import type { HotloadError } from '../errors.ts'

/** What OpenTelemetry calls the instrumentation. */
const SCOPE = '@whyreset/hotload'

type Api = typeof OpenTelemetry
type Attributes = Readonly<Record<string, string | number | boolean>>

let loading: Promise<Api | undefined> | undefined

/** `undefined` where `@opentelemetry/api` is not installed. Without a registered SDK all that it brings does nothing. */
function openTelemetry(): Promise<Api | undefined> {
  loading ??= import('@opentelemetry/api').catch(() => undefined)
  return loading
}

async function withApi(work: (api: Api) => void): Promise<void> {
  const api = await openTelemetry()
  if (api !== undefined) work(api)
}

/** Runs work inside a span, where spans are recorded. `outcome` says what the span is told at its end. */
export async function inSpan<T>(
  name: string,
  attributes: Attributes,
  work: () => Promise<T>,
  outcome: (result: T) => { readonly attributes: Attributes; readonly error?: Error },
): Promise<T> {
  const api = await openTelemetry()
  if (api === undefined) return work()
  return api.trace.getTracer(SCOPE).startActiveSpan(name, { attributes }, async (span) => {
    const fail = (error: Error): void => {
      span.recordException(error)
      span.setStatus({ code: api.SpanStatusCode.ERROR, message: error.message })
    }
    try {
      const result = await work()
      const told = outcome(result)
      span.setAttributes(told.attributes)
      if (told.error !== undefined) fail(told.error)
      return result
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)))
      throw error
    } finally {
      span.end()
    }
  })
}

/** Adds to a counter. */
export function count(name: string, description: string, value: number, attributes: Attributes): void {
  void withApi((api) => {
    api.metrics.getMeter(SCOPE).createCounter(name, { description }).add(value, attributes)
  })
}

/** Notes how long something took. */
export function took(name: string, description: string, ms: number, attributes: Attributes): void {
  void withApi((api) => {
    const histogram = api.metrics.getMeter(SCOPE).createHistogram(name, { description, unit: 's' })
    histogram.record(ms / 1000, attributes)
  })
}

/** Reads counters when they are collected. Returns what ends that. */
export function observeCounters(
  names: Readonly<Record<string, string>>,
  read: () => Readonly<Record<string, number>>,
  attributes: Attributes,
): () => void {
  let isOver = false
  const ends: (() => void)[] = []
  void withApi((api) => {
    if (isOver) return
    const meter = api.metrics.getMeter(SCOPE)
    for (const [field, description] of Object.entries(names)) {
      const counter = meter.createObservableCounter(`hotload.${field}`, { description })
      const observe = (result: OpenTelemetry.ObservableResult): void => {
        result.observe(read()[field] ?? 0, attributes)
      }
      counter.addCallback(observe)
      ends.push(() => counter.removeCallback(observe))
    }
  })
  return () => {
    isOver = true
    for (const end of ends) end()
  }
}

export function codeOf(error: Error | HotloadError): string {
  return 'code' in error ? error.code : error.name
}

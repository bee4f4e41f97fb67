import type { Source } from '../source/source.ts'
import { codeOf, count, inSpan, observeCounters, took } from './telemetry.ts'

/** The same source, with a span for each check and download, and metrics: nothing where OpenTelemetry is not there. */
export function observedSource(source: Source, url: URL): Source {
  const server = {
    'server.address': url.hostname,
    'server.port': Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
  }
  const stop = observeCounters(
    {
      connections: 'Connections to providers that were opened.',
      resets: 'Connections that this client reset.',
      received_bytes: 'Bytes that providers sent.',
    },
    () => {
      const { connections, resets, bytes } = source.counters
      return { connections, resets, received_bytes: bytes }
    },
    server,
  )
  return {
    schedule: source.schedule,
    check(request) {
      const attributes = { 'hotload.package': request.name, ...server }
      const startMs = performance.now()
      return inSpan(
        'hotload.check',
        { ...attributes, 'hotload.long_poll': request.waitMs !== undefined },
        () => source.check(request),
        (result) => {
          const isCalledOff = result.kind === 'failed' && request.signal.aborted
          const outcome = { ...attributes, 'hotload.outcome': isCalledOff ? 'cancelled' : result.kind }
          count('hotload.checks', 'Checks of providers, by outcome.', 1, outcome)
          // How long a provider holds a long-poll says nothing of it.
          if (request.waitMs === undefined)
            took('hotload.check.duration', 'Time of a check.', performance.now() - startMs, outcome)
          if (result.kind === 'failed' && !isCalledOff)
            return { attributes: { ...outcome, 'error.type': codeOf(result.error) }, error: result.error }
          return {
            attributes: {
              ...outcome,
              ...(result.kind === 'offered' && { 'hotload.version': result.manifest.version }),
            },
          }
        },
      )
    },
    download(manifest, writer, signal) {
      const { name, version, size } = manifest
      const attributes = { 'hotload.package': name, 'hotload.version': version, ...server }
      const from = writer.offset
      return inSpan(
        'hotload.download',
        { ...attributes, 'hotload.size': size, 'hotload.resumed_at': from },
        () => source.download(manifest, writer, signal),
        () => ({ attributes: {} }),
      )
    },
    report: (status) => source.report?.(status),
    get counters() {
      return source.counters
    },
    close() {
      stop()
      return source.close()
    },
  }
}

import type { Service } from '../tcp/services.ts'

/** What the other connections to the same server and port did. */
export interface ServiceFacts {
  readonly connections: number
  /** In the time that was asked about, without those that a second vantage saw again. */
  readonly askedAtOnePlace: number
  readonly graceful: number
  /** Connections that began with a TLS handshake, and others that the server answered; of those seen from their begin. */
  readonly tls: number
  readonly plain: number
  readonly survivedSilences: number
  /** The silence that 99 of 100 connections survived, and the longest one. Absent when none was long enough to count. */
  readonly survivedQuantileMs?: number
  readonly survivedMaxMs?: number
  /** How often the server closed a connection after an idle time within a tenth of the given one. */
  readonly serverFinsAfter: (idleMs: number) => number
}

/** A silence counts as fatal only when longer than this share of the silences that survived on the same service. */
const SURVIVED_QUANTILE = 0.99
const SAME_IDLE_TOLERANCE = 0.1

export function toServiceFacts(service: Service | undefined): ServiceFacts {
  // Each vantage has its own count of the same connections.
  const places = Math.max(1, service?.hops.size ?? 1)
  const quantile = service?.survivedSilences.quantileMs(SURVIVED_QUANTILE)
  return {
    connections: service?.connections ?? 0,
    askedAtOnePlace: Math.ceil((service?.asked ?? 0) / places),
    graceful: service?.graceful ?? 0,
    tls: Math.ceil((service?.tls ?? 0) / places),
    plain: service?.plain ?? 0,
    survivedSilences: service?.survivedSilences.count ?? 0,
    ...(quantile === undefined ? {} : { survivedQuantileMs: quantile }),
    ...(service === undefined || quantile === undefined
      ? {}
      : { survivedMaxMs: service.survivedSilences.maxMs }),
    serverFinsAfter: (idleMs) =>
      Math.ceil((service?.idleBeforeServerFin.countNear(idleMs, SAME_IDLE_TOLERANCE) ?? 0) / places),
  }
}

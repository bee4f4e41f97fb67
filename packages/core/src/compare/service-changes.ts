import type { ServiceSummary } from '../diagnosis.ts'
import { say } from '../messages/say.ts'
import { hostsOf, namesOf, servicePorts } from './endpoints.ts'
import type { CompareServiceValues } from '../messages/compare-values.ts'
import type { ServiceChange, ServiceCount, SideName } from './comparison.ts'
import { present } from './present.ts'
import { rounded, type Side } from './side.ts'

/** The services that are told of: what a person looks at. */
const MAX_SERVICES = 10

/**
 * How connections come and go at the services that both sides used: rate, clients, how long they live. Paired by address
 * and port; where one side has no such address, by a port that names a service.
 */
export function compareServices(before: Side, after: Side): readonly ServiceChange[] {
  const others = new Set(servicesOf(after))
  const changes = servicesOf(before).flatMap((first): ServiceChange[] => {
    const candidates = [...others]
    const second =
      candidates.find(({ server }) => server === first.server) ?? onlySamePort(first, candidates, before)
    if (second === undefined) return []
    others.delete(second)
    const counts = { before: countOf(first, before), after: countOf(second, after) }
    return [{ ...counts, says: say('compare-service', valuesOf(counts)) }]
  })
  return changes.slice(0, MAX_SERVICES)
}

function servicesOf({ diagnosis: { summary } }: Side): readonly ServiceSummary[] {
  return summary.services ?? []
}

/** A service that moved: the one that has its port on the other side, if it is the only one here and there. */
function onlySamePort(
  { server }: ServiceSummary,
  others: readonly ServiceSummary[],
  own: Side,
): ServiceSummary | undefined {
  const [port] = servicePorts(server)
  if (port === undefined) return undefined
  const isSame = (service: ServiceSummary): boolean => servicePorts(service.server).includes(port)
  const [second, ...more] = others.filter(isSame)
  return more.length === 0 && servicesOf(own).filter(isSame).length === 1 ? second : undefined
}

function countOf(service: ServiceSummary, { minutes }: Side): ServiceCount {
  const { server, connections, clients, mostOfOneClient, lifetime } = service
  return {
    server,
    connections,
    ...(minutes === undefined ? {} : { connectionsPerMinute: rounded(connections / minutes) }),
    clients,
    mostOfOneClient,
    ...present('medianSeconds', lifetime?.medianSeconds),
    ...present('p90Seconds', lifetime?.p90Seconds),
  }
}

function valuesOf({ before, after }: Record<SideName, ServiceCount>): CompareServiceValues {
  return {
    server: before.server === after.server ? after.server : `${before.server} → ${after.server}`,
    before: before.connections,
    after: after.connections,
    ...present('beforePerMinute', before.connectionsPerMinute),
    ...present('afterPerMinute', after.connectionsPerMinute),
    ...present('beforeMedianSeconds', before.medianSeconds),
    ...present('afterMedianSeconds', after.medianSeconds),
  }
}

/**
 * Whether a side had connections to one of the servers that a finding names, or to its port; undefined where that cannot
 * be told: an older answer, a list that was cut, a port that names no service.
 */
export function usesService({ diagnosis: { summary } }: Side, server: string): boolean | undefined {
  const { services, servicesOmitted = 0 } = summary
  if (services === undefined) return undefined
  const names = new Set(namesOf(server))
  const ports = servicePorts(server)
  const isUsed = services.some(
    (service) =>
      names.has(service.server) || servicePorts(service.server).some((port) => ports.includes(port)),
  )
  if (isUsed) return true
  return servicesOmitted > 0 || names.size === 0 || ports.length === 0 ? undefined : false
}

/** Whether the second side's services are all at addresses that the first side does not name: a run in another place. */
export function isOtherPlace(first: Side, second: Side): boolean {
  const { findings } = first.diagnosis
  const named = [...servicesOf(first), ...findings].flatMap(({ server }) => hostsOf(server))
  const known = new Set(named)
  const others = servicesOf(second).flatMap(({ server }) => hostsOf(server))
  return others.length > 0 && others.every((host) => !known.has(host))
}

import type { AddressBook } from '../derive/address-book.ts'
import type { ServiceSummary } from '../diagnosis.ts'
import type { Service } from '../tcp/services.ts'
import { endpointText } from './endpoint-text.ts'

/** A port scan or a service mesh has thousands. */
const MAX_SERVICES = 50
const MEDIAN = 0.5
const MOST = 0.9

interface SummedServices {
  readonly services: readonly ServiceSummary[]
  readonly servicesOmitted: number
}

/** The services to which connections were established, the busiest first. */
export function sumUpServices(all: Iterable<Service>, addressOf: AddressBook): SummedServices {
  const summed = [...all]
    .flatMap((service) => summaryOf(service, addressOf))
    .toSorted((x, y) => y.connections - x.connections || (x.server < y.server ? -1 : 1))
  const services = summed.slice(0, MAX_SERVICES)
  return { services, servicesOmitted: summed.length - services.length }
}

function summaryOf({ isIpv6, address, port, churn }: Service, addressOf: AddressBook): ServiceSummary[] {
  if (churn === undefined || churn.connections === 0) return []
  const { connections, clients, mostOfOne, lifetimes } = churn
  const [median, most] = [lifetimes.quantileMs(MEDIAN), lifetimes.quantileMs(MOST)]
  return [
    {
      server: endpointText({ address: addressOf(isIpv6, address), port }),
      connections,
      clients,
      mostOfOneClient: mostOfOne,
      ...(median !== undefined &&
        most !== undefined && { lifetime: { medianSeconds: seconds(median), p90Seconds: seconds(most) } }),
    },
  ]
}

/** The buckets are right within 19 %: two digits are. */
function seconds(ms: number): number {
  return Number((ms / 1000).toPrecision(2))
}

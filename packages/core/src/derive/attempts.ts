import { ByEndpoint } from './by-endpoint.ts'
import type { ResetFacts } from './reset-facts.ts'

/** Two probes of one attempt are closer together. */
const RETURN_NS = 1e9

/** What one client tried without data: endpoints, attempts at them, and endpoints that it came back to. */
export interface Tried {
  readonly targets: number
  readonly attempts: number
  readonly returnedTo: number
}

interface Trying {
  readonly seen: ByEndpoint<{ lastNs: number; returned: boolean }>
  targets: number
  attempts: number
  returnedTo: number
}

const NOTHING: Tried = { targets: 0, attempts: 0, returnedTo: 0 }

/** Attempts that were reset before any data, by client: whoever scans tries many endpoints and comes back to few. */
export class Attempts {
  private readonly byClient = new Map<string, Trying>()

  of(client: string): Tried {
    return this.byClient.get(client) ?? NOTHING
  }

  /** Resets come in order of time. */
  note({ client, server, timeNs }: ResetFacts): void {
    const tried = this.trying(client.address)
    tried.attempts++
    const seen = tried.seen.get(server.address, server.port)
    if (seen === undefined) {
      tried.seen.set(server.address, server.port, { lastNs: timeNs, returned: false })
      tried.targets++
      return
    }
    if (!seen.returned && timeNs - seen.lastNs >= RETURN_NS) {
      seen.returned = true
      tried.returnedTo++
    }
    seen.lastNs = timeNs
  }

  private trying(client: string): Trying {
    let tried = this.byClient.get(client)
    if (tried === undefined) {
      tried = { seen: new ByEndpoint(), targets: 0, attempts: 0, returnedTo: 0 }
      this.byClient.set(client, tried)
    }
    return tried
  }
}

import { lanesOf, type Diagnosis, type Exhibits } from '@whyreset/core'

/** What one address did in the evidence. */
export interface HostRow {
  readonly host: string
  asClient: number
  asServer: number
  resetsSent: number
  resetsReceived: number
  /** Payload, retransmissions once; absent without pictures. */
  bytesSent?: number
  /** In the newest socket table of the host. */
  sockets?: number
  closeWait?: number
}

/** Every address that opened, served or reset a connection, most resets first. */
export function hostRows({ incidents }: Diagnosis, exhibits: Exhibits | undefined): HostRow[] {
  const rows = new Map<string, HostRow>()
  const row = (host: string): HostRow => {
    const known = rows.get(host) ?? { host, asClient: 0, asServer: 0, resetsSent: 0, resetsReceived: 0 }
    rows.set(host, known)
    return known
  }
  for (const { client, server, resetBy } of incidents) {
    const ends = { client: row(hostOf(client)), server: row(hostOf(server)) }
    if (exhibits === undefined || exhibits.lanes.count === 0) {
      ends.client.asClient++
      ends.server.asServer++
    }
    if (resetBy === 'client' || resetBy === 'server') ends[resetBy].resetsSent++
    if (resetBy !== 'client') ends.client.resetsReceived++
    if (resetBy !== 'server') ends.server.resetsReceived++
  }
  if (exhibits !== undefined) addExhibits(exhibits, row)
  return [...rows.values()].toSorted(
    (x, y) => y.resetsSent - x.resetsSent || y.asClient + y.asServer - x.asClient - x.asServer,
  )
}

function addExhibits(exhibits: Exhibits, row: (host: string) => HostRow): void {
  for (const { client, server, clientBytes, serverBytes } of lanesOf(exhibits)) {
    const opener = row(client)
    opener.asClient++
    opener.bytesSent = (opener.bytesSent ?? 0) + clientBytes
    const answerer = row(server)
    answerer.asServer++
    answerer.bytesSent = (answerer.bytesSent ?? 0) + serverBytes
  }
  for (const { addresses, states } of exhibits.hosts) {
    // Its own table lists all of its sockets, whatever the address.
    const [address] = addresses
    if (address === undefined) continue
    const known = row(address)
    known.sockets = Object.values(states).reduce((sum, counts) => sum + (counts.at(-1) ?? 0), 0)
    known.closeWait = states['CLOSE-WAIT']?.at(-1) ?? 0
  }
}

/** `10.0.0.1` of `10.0.0.1:80`, `::1` of `[::1]:80`. */
function hostOf(endpoint: string): string {
  return /^\[(.+)\](?::\d+)?$/.exec(endpoint)?.[1] ?? endpoint.replace(/^([^:]*):\d+$/, '$1')
}

import type { Diagnosis, Exhibits, Incident, Ladder, Lane } from '@whyreset/core'
import type { Selection } from '../picture.ts'

/** The connection that is chosen: what is known of it, which may be no more than one of these. */
export interface ChosenConnection {
  readonly ladder: Ladder | undefined
  readonly incident: Incident | undefined
  readonly lane: Lane | undefined
}

export function chosenConnection(
  { connection, incident }: Selection,
  lanes: readonly Lane[],
  { ladders }: Exhibits,
  { incidents }: Diagnosis,
): ChosenConnection | undefined {
  const lane =
    connection === undefined
      ? lanes.find((candidate) => incident !== undefined && candidate.incident === incident)
      : lanes[connection]
  const place = incident ?? lane?.incident
  const ladder =
    lane?.ladder === undefined
      ? ladders.find((candidate) => place !== undefined && candidate.incident === place)
      : ladders[lane.ladder]
  const found = place === undefined ? undefined : incidents[place]
  return lane === undefined && found === undefined ? undefined : { ladder, incident: found, lane }
}

/**
 * `tcp.stream eq 17`, once for each file that the connection is in; where only some connections were counted, its
 * addresses and ports.
 */
export function displayFilters({
  ladder,
  incident,
  lane,
}: ChosenConnection): { input: number; filter: string }[] {
  const parts = ladder?.parts ?? [incident ?? lane].filter((part) => part !== undefined)
  return parts.flatMap(({ input, stream }) => {
    if (stream !== undefined) return [{ input, filter: `tcp.stream eq ${stream}` }]
    return lane === undefined ? [] : [{ input, filter: endsFilter(lane) }]
  })
}

function endsFilter({ client, clientPort, server, serverPort }: Lane): string {
  const ip = client.includes(':') ? 'ipv6' : 'ip'
  return [
    `${ip}.addr eq ${client}`,
    `${ip}.addr eq ${server}`,
    `tcp.port eq ${clientPort}`,
    `tcp.port eq ${serverPort}`,
  ].join(' and ')
}

import { ACK, FIN, RST, SYN } from '../tcp/flags.ts'
import { distance } from '../tcp/sequence.ts'
import type { Followed, Sender } from './followed.ts'
import type { Arrival } from './arrival.ts'

/** On a second interface, how long the first may have been silent before the connection is taken to have moved. */
const HOME_SILENT_NS = 2e9

/** The rule of the table of connections (tcp/events.ts): seen before, on the interface where the direction is followed. */
export function isSecondSight(
  connection: Followed,
  own: Sender,
  { vantage, ns, identification }: Arrival,
  seq: number,
  ack: number,
  flags: number,
  payload: number,
): boolean {
  if (own.home === vantage) return false
  const isFirst = own.home < 0
  const isSeen = !isFirst && wasSeen(connection, own, ns, identification, seq, ack, flags, payload)
  if (!isSeen) own.home = vantage
  return isSeen
}

function wasSeen(
  connection: Followed,
  own: Sender,
  ns: number,
  identification: number,
  seq: number,
  ack: number,
  flags: number,
  payload: number,
): boolean {
  if ((flags & RST) !== 0) return connection.rsts.length > 0
  if (!own.isSent || ns - own.lastNs > HOME_SILENT_NS) return false
  if (identification > 0 && identification === own.identification) return true
  const occupied = payload + ((flags & SYN) >> 1) + (flags & FIN)
  const advances = distance(own.next, seq + occupied) > 0
  const acknowledges = (flags & ACK) !== 0 && distance(own.acked, ack) > 0
  return !advances && !acknowledges
}

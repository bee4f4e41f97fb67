import { endpoint, ip, tcp, type Packet } from '../build/index.ts'

const FLAGS = ['S', 'S.', '.', '.', 'P.', 'P.', 'F.', 'R', 'R.', 'SR', '']
const NUMBERS = [0, 1, 1000, 1001, 2000, 4_294_967_295]
const CLIENTS = ['10.0.0.1:40000', '10.0.0.1:40001', '10.0.0.3:40000', '10.0.0.2:8080', '10.0.0.2:8081']
const SERVER = '10.0.0.2:8080'
/** Seconds: mostly close together, sometimes longer than a closed connection is remembered whole. */
const GAPS = [0.001, 0.001, 0.001, 0.001, 0.1, 0.1, 2, 15, 70]

/**
 * Segments that no stack would send in that order, of a few connections and with few sequence numbers, so that every
 * rule about what begins a stream is met by chance. `below` draws a whole number under its argument.
 */
export function randomSegments(count: number, below: (limit: number) => number): Packet[] {
  const server = endpoint(SERVER)
  let seconds = 1_700_000_000
  const draw = <T>(values: readonly T[]): T => {
    const value = values[below(values.length)]
    if (value === undefined) throw new Error('drawn from an empty list')
    return value
  }
  return Array.from({ length: count }, () => {
    const client = endpoint(draw(CLIENTS))
    const [from, to] = below(2) === 0 ? [client, server] : [server, client]
    const payload = new Uint8Array(below(3) === 0 ? below(20) : 0)
    const segment = tcp({
      from,
      to,
      seq: draw(NUMBERS),
      ack: draw(NUMBERS),
      flags: draw(FLAGS),
      window: 1,
      payload,
    })
    seconds += draw(GAPS)
    return {
      timeNs: BigInt(Math.round(seconds * 1000)) * 1_000_000n,
      bytes: ip(from.address, to.address, 6, segment),
    }
  })
}

import { connection, merge, type Packet, type Script } from '../build/index.ts'

type Draw = (limit: number) => number

/** Seconds between connections on the same ports: within the time a closed one is watched, and beyond it. */
const PAUSES = [0.01, 0.3, 1, 8, 12, 40]
const USUAL = { mss: 1460, sackPermitted: true, windowScale: 7 } as const
const WITH_TIMESTAMPS = { mss: 1460, sackPermitted: true, timestamps: [7, 0], windowScale: 7 } as const
const SYN_OPTIONS = [
  USUAL,
  USUAL,
  WITH_TIMESTAMPS,
  {},
  { mss: 1460, windowScale: 14 },
  // Malformed: a scale of a wrong length, one that is too large, an option that is longer than the header.
  { raw: [3, 4, 9, 1] },
  { raw: [3, 3, 200, 0] },
  { sackPermitted: true, raw: [8, 90] },
  { raw: [1, 1, 8, 10, 0, 0, 0, 9, 0, 0, 0, 0] },
] as const

/**
 * Connections as stacks and networks make them from their SYN to their last straggler: handshakes that are repeated,
 * cut, simultaneous or carry data, ends in every order, and the same ports again and again. Some segments are missing,
 * doubled or late. `draw` gives a whole number under its argument.
 */
export function randomLifecycles(draw: Draw): readonly Packet[] {
  const scripts = Array.from({ length: 2 + draw(5) }, (_, client) => {
    const start = 1_700_000_000 + draw(20)
    let seconds = draw(1000) / 1000
    return Array.from({ length: 1 + draw(5) }, (__, round) => {
      const script = lifecycle(draw, start, client, round, seconds)
      const [first, last] = [script.packets[0], script.packets.at(-1)]
      if (first !== undefined && last !== undefined) seconds += Number(last.timeNs - first.timeNs) / 1e9
      seconds += pick(draw, PAUSES)
      return script
    })
  })
  return disturbed(draw, merge(...scripts.flat()))
}

function lifecycle(draw: Draw, start: number, client: number, round: number, seconds: number): Script {
  // Address and port order both ways, and an initial number that may be that of the round before.
  const script = connection({
    client: `10.0.${draw(2) === 0 ? client : 0}.${client % 2 === 0 ? 1 : 250}:${40_000 + client}`,
    server: `10.0.0.200:${pick(draw, [443, 8080, 40_003])}`,
    isn: { client: 1000 + (round >> draw(2)) * 70_000, server: 4_294_967_290 + draw(8) },
    ip: { client: { id: draw(2) * 100 }, server: { id: draw(2) * 300, ttl: 60 } },
    start,
  }).at(seconds)
  begin(draw, script)
  for (let count = draw(5); count > 0; count--) exchange(draw, script)
  end(draw, script)
  return script
}

function begin(draw: Draw, script: Script): void {
  const { client, server } = script
  const [asked, answered] = [{ options: pick(draw, SYN_OPTIONS) }, { options: pick(draw, SYN_OPTIONS) }]
  const kind = draw(14)
  if (kind === 0) return
  client.syn({ ...asked, ...(kind === 1 ? { payload: 'early' } : {}), ...(kind === 2 ? { window: 0 } : {}) })
  if (kind === 3) client.syn({ seq: (next) => next - 1 })
  if (kind === 4) server.syn()
  script.after(pick(draw, [0.001, 0.001, 0.7]))
  if (kind === 5) {
    refuse(draw, script)
    return
  }
  server.synAck({ ...answered, ...(kind === 6 ? { ip: { ttl: 1 + draw(200) } } : {}) })
  if (kind === 7) server.synAck({ seq: (next) => next - 1 })
  if (kind === 8) server.send(30)
  if (kind === 9) client.ack({ ack: (seen) => seen - draw(3) })
  if (kind === 10) client.send('GET / HTTP/1.1\r\n\r\n')
  else if (kind === 11) client.fin()
  else client.ack(kind === 12 ? { window: 0 } : {})
  if (kind === 13) server.synAck({ seq: (next) => next - 1 })
}

/** As hosts and firewalls answer a SYN, as scanners take it back, and as nobody does either. */
function refuse(draw: Draw, { client, server }: Script): void {
  const kind = draw(7)
  if (kind === 0) return
  if (kind === 1) client.rst()
  else if (kind === 2) server.rst({ seq: 0, payload: 'denied by policy' })
  else if (kind === 3) server.rstAck({ options: { timestamps: [9, 7] } })
  else if (kind === 4) server.rstAck({ ip: { ttl: 9 } }).server.rstAck()
  else server.rstAck({ seq: 0, window: 0 })
}

function exchange(draw: Draw, script: Script): void {
  const [side, other] = draw(2) === 0 ? [script.client, script.server] : [script.server, script.client]
  const kind = draw(6)
  if (kind === 0) side.send('GET / HTTP/1.1\r\n\r\n')
  else if (kind === 1) side.send(new Uint8Array([0x16, 3, 1, 0, 9, 1, 0, 0, 5]))
  else if (kind === 2) side.send(50, { fragmentAt: 24 })
  else side.send(1 + draw(1400), { window: 400 + draw(3) })
  if (draw(3) > 0) other.ack()
  script.after(pick(draw, [0.000_1, 0.001, 0.02, 0.8]))
}

function end(draw: Draw, script: Script): void {
  const [side, other] = draw(2) === 0 ? [script.client, script.server] : [script.server, script.client]
  const kind = draw(12)
  if (kind === 0) return
  if (kind === 1) side.rstAck()
  else if (kind === 2) {
    // Both at once: neither has seen the other's.
    const [own, its] = [{ ack: (seen: number) => seen }, { ack: (seen: number) => seen - 1 }]
    side.fin(own)
    other.fin(its).client.ack().server.ack()
  } else {
    side.fin(kind === 3 ? { payload: 'last words' } : {})
    if (kind === 4) side.fin({ seq: (next) => next - 1 })
    if (kind === 5) other.ack().after(0.3)
    if (kind === 6) other.ack().after(0.01)
    if (kind === 6) other.send(200)
    if (kind === 7) side.send(5)
    other.fin(kind === 8 ? { ack: (seen) => seen - 1 } : {})
    if (kind !== 9) side.ack()
  }
  // Stragglers.
  if (draw(4) === 0) other.fin({ seq: (next) => next - 1 })
  if (draw(4) === 0) side.ack()
  if (draw(6) === 0) side.rst()
  if (draw(6) === 0) script.after(pick(draw, [4, 11])).server.ack()
}

/** What networks and taps do: here and there a segment is lost, seen twice, or overtaken by the next. */
function disturbed(draw: Draw, packets: readonly Packet[]): readonly Packet[] {
  const seen = packets.flatMap((packet) => {
    const fate = draw(60)
    if (fate === 0) return []
    return fate === 1 ? [packet, packet] : [packet]
  })
  for (let index = 1; index < seen.length; index++) {
    const [before, after] = [seen[index - 1], seen[index]]
    if (draw(80) > 0 || before === undefined || after === undefined) continue
    seen[index - 1] = after
    seen[index] = before
  }
  return seen
}

function pick<T>(draw: Draw, values: readonly T[]): T {
  const value = values[draw(values.length)]
  if (value === undefined) throw new Error('drawn from an empty list')
  return value
}

import type { Program } from '../program.ts'
import type { Stage } from '../stage.ts'
import { lineClient, pickPort, serveLines, steady } from './lines.ts'

/** What a device beside the path does, and how many connections meet it. */
export interface Injection {
  /** It forges a reset when it reads this. */
  readonly word: string
  /** One of these, as programs/injector.py knows them. */
  readonly aims: readonly [string, ...string[]]
  /** TTL of what it forges: one of these. */
  readonly hops: readonly [number, ...number[]]
  /** Between two requests of a connection, from and to. */
  readonly pauseMs: readonly [number, number]
  readonly requests: number
  /** Connections that never say the word. */
  readonly calm: number
  /** Connections that do, from and to. */
  readonly targets: readonly [number, number]
}

/** Plays two clients of one port behind a router, on which a device reads along and forges resets. */
export async function playInjector(
  stage: Stage,
  injection: Injection,
): Promise<{ readonly device: Program; readonly target: Program }> {
  const { random } = stage
  const { word, aims, hops, pauseMs, requests, calm, targets } = injection
  const network = await stage.routed(['client', 'server'], random.pick([4, 6]))
  const [client, server] = [network.host('client'), network.host('server')]
  const port = pickPort(stage)
  await serveLines(stage, server, port, { replyBytes: random.int(20, 300) })
  const device = stage.python(network.router, 'injector.py', {
    word,
    port,
    device: 'eth0',
    aim: random.pick(aims),
    hops: random.pick(hops),
  })
  await device.wait('ready')
  const options = { gapMs: random.int(20, 120), pausesMs: steady(random.int(...pauseMs), requests) }
  const others = await lineClient(stage, client, server.address, port, { ...options, connections: calm })
  const target = await lineClient(stage, client, server.address, port, {
    ...options,
    connections: random.int(...targets),
    word: `GET ${word}`,
  })
  await stage.record(client, server)
  others.say('go')
  target.say('go')
  await Promise.all([others.wait('done'), target.wait('done')])
  await stage.settle()
  return { device, target }
}

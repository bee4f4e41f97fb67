import type { Host } from '../network/host.ts'
import type { Stage } from '../stage.ts'

/** How a pool meets a server that closes what is idle; ranges are from and to. */
export interface Pool {
  readonly idleMs: readonly [number, number]
  readonly connections: readonly [number, number]
  readonly gapMs: readonly [number, number]
  /** Before each further request of a connection. */
  readonly pausesMs: (idleMs: number) => readonly [number, number]
  /** More connections, that come back after half the last pause: they are served. */
  readonly early: number
}

/**
 * Plays a client pool that uses connections again which its server closes when they are idle. Returns how many requests
 * were answered with RST.
 */
export async function playPool(
  stage: Stage,
  { client, server }: { readonly client: Host; readonly server: Host },
  { idleMs: idle, connections, gapMs, pausesMs, early }: Pool,
): Promise<number> {
  const { random } = stage
  const port = random.int(1024, 32_000)
  const idleMs = random.int(...idle)
  const service = stage.node(server, 'idle-closer.mjs', { host: server.address, port, idleMs })
  await service.wait('ready')
  const pool = stage.node(client, 'http-pool.mjs', {
    host: server.address,
    port,
    connections: random.int(...connections),
    gapMs: random.int(...gapMs),
    pausesMs: pausesMs(idleMs),
    early,
  })
  await pool.wait('ready')
  await stage.record(client, server)
  pool.say('go')
  await pool.wait('done')
  await stage.settle()
  return pool.told('reset').length - service.told('read-late').length
}

import { defineScenario } from '../scenario.ts'

export const poolStale = defineScenario({
  name: 'pool-stale',
  cause: 'keep-alive-race',
  explain:
    'A server closes idle keep-alive connections after a fixed time; a client pool does not look whether a FIN has arrived and sends its next request on the closed connection, which is answered with RST.',
  needs: [],
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair(random.pick([4, 6]))
    const port = random.int(1024, 32_000)
    const idleMs = random.int(1000, 2200)
    const service = stage.node(server, 'idle-closer.mjs', { host: server.address, port, idleMs })
    await service.wait('ready')
    const pool = stage.node(client, 'http-pool.mjs', {
      host: server.address,
      port,
      connections: random.int(5, 16),
      gapMs: random.int(40, 150),
      pausesMs: [random.int(200, 500), idleMs + random.int(200, 1500)],
      early: 3,
    })
    await pool.wait('ready')
    await stage.record(client, server)
    pool.say('go')
    await pool.wait('done')
    await stage.settle()
    const connections = pool.told('reset').length - service.told('read-late').length
    return [{ cause: 'keep-alive-race', resetBy: 'server', connections }]
  },
})

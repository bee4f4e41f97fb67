import { defineScenario } from '../scenario.ts'

export const healthyIdleCloses = defineScenario({
  name: 'healthy-idle-closes',
  cause: 'healthy',
  explain:
    'A server closes idle keep-alive connections; the pool of the client notices and opens new ones. FIN on both sides, nothing is reset.',
  needs: [],
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair(random.pick([4, 6]))
    const port = random.int(1024, 32_000)
    const idleMs = random.int(500, 900)
    const service = stage.node(server, 'idle-closer.mjs', { host: server.address, port, idleMs })
    await service.wait('ready')
    const pool = stage.node(client, 'polite-pool.mjs', {
      host: server.address,
      port,
      atOnce: random.int(3, 9),
      rounds: random.int(3, 5),
      everyMs: idleMs + random.int(300, 900),
    })
    await pool.wait('ready')
    await stage.record(client, server)
    pool.say('go')
    await pool.wait('done')
    await stage.settle()
    return []
  },
})

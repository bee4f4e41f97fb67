import { defineScenario } from '../scenario.ts'
import { lineClient, pickPort, serveLines, steady } from './lines.ts'

export const healthyServices = defineScenario({
  name: 'healthy-services',
  cause: 'healthy',
  explain:
    'Several services at once: pools of connections with short questions, a feed that is read to its end, and one-shot clients. All close with FIN.',
  needs: [],
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair(random.pick([4, 6]))
    const port = pickPort(stage)
    await serveLines(stage, server, port, { replyBytes: random.int(10, 5000) })
    await serveLines(stage, server, port + 1, { pushEveryMs: random.int(50, 200), pushBytes: 300 })
    const pool = await lineClient(stage, client, server.address, port, {
      connections: random.int(3, 10),
      pausesMs: steady(random.int(200, 400), 15),
    })
    const visitors = await lineClient(stage, client, server.address, port, {
      connections: random.int(10, 30),
      gapMs: random.int(60, 150),
      pausesMs: [1],
    })
    const readers = await lineClient(stage, client, server.address, port + 1, {
      connections: 3,
      listen: 4000,
      pausesMs: [10],
    })
    await stage.record(client, server)
    for (const program of [pool, visitors, readers]) program.say('go')
    await Promise.all([pool.wait('done'), visitors.wait('done'), readers.wait('done')])
    await stage.settle()
    return []
  },
})

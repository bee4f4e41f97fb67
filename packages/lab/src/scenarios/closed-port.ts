import { defineScenario } from '../scenario.ts'
import { failures, lineClient, pickPort, serveLines, steady } from './lines.ts'

export const closedPort = defineScenario({
  name: 'closed-port',
  cause: 'connection-refused',
  explain: 'Clients connect to a port on which nothing listens, beside a service on another port that works.',
  needs: [],
  kernel: 'NO_SOCKET',
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair(random.pick([4, 6]))
    const port = pickPort(stage)
    await serveLines(stage, server, port, {})
    const beside = await lineClient(stage, client, server.address, port, {
      connections: 2,
      pausesMs: steady(200, 12),
    })
    const refused = await lineClient(stage, client, server.address, port + 1, {
      connections: random.int(4, 14),
      gapMs: random.int(80, 300),
      pausesMs: [],
    })
    await stage.record(client, server)
    beside.say('go')
    refused.say('go')
    await Promise.all([beside.wait('done'), refused.wait('done')])
    await stage.settle()
    return [
      {
        cause: 'connection-refused',
        resetBy: 'server',
        connections: failures(refused, 'ECONNREFUSED', 'connect'),
      },
    ]
  },
})

import { defineScenario } from '../scenario.ts'
import { lineClient, pickPort, serveLines, steady } from './lines.ts'

export const healthProbe = defineScenario({
  name: 'health-probe',
  cause: 'health-probe',
  explain:
    'A load balancer looks every half second whether a port accepts connections, and closes with RST without a word; real traffic beside it is healthy.',
  needs: [],
  kernel: 'TCP_STATE',
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair(random.pick([4, 6]))
    const port = pickPort(stage)
    await serveLines(stage, server, port, {})
    const probe = await lineClient(stage, client, server.address, port, {
      connections: random.int(8, 20),
      gapMs: random.int(300, 600),
      pausesMs: [],
      closeHow: 'reset',
    })
    const real = await lineClient(stage, client, server.address, port, {
      connections: 3,
      pausesMs: steady(300, 12),
    })
    await stage.record(server, client)
    probe.say('go')
    real.say('go')
    await Promise.all([probe.wait('done'), real.wait('done')])
    await stage.settle()
    return [{ cause: 'health-probe', resetBy: 'client', connections: probe.told('served').length }]
  },
})

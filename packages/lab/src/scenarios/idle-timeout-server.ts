import { defineScenario } from '../scenario.ts'
import { lineClient, pickPort, serveLines, steady } from './lines.ts'

export const idleTimeoutServer = defineScenario({
  name: 'idle-timeout-server',
  cause: 'idle-timeout-reset',
  explain:
    'A gateway resets connections that were silent for some seconds (SO_LINGER 0); talkative clients end with FIN.',
  needs: [],
  kernel: 'TCP_STATE',
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair(random.pick([4, 6]))
    const port = pickPort(stage)
    const idleMs = random.int(2000, 3500)
    const gateway = await serveLines(stage, server, port, { idleMs })
    const silent = await lineClient(stage, client, server.address, port, {
      connections: random.int(6, 18),
      gapMs: random.int(90, 250),
      pausesMs: [...steady(random.int(100, 600), random.int(1, 4)), idleMs * 2],
    })
    const talkative = await lineClient(stage, client, server.address, port, {
      connections: 3,
      pausesMs: steady(400, 15),
    })
    await stage.record(client, server)
    silent.say('go')
    talkative.say('go')
    await Promise.all([silent.wait('done'), talkative.wait('done')])
    await stage.settle()
    return [{ cause: 'idle-timeout-reset', resetBy: 'server', connections: gateway.told('dropped').length }]
  },
})

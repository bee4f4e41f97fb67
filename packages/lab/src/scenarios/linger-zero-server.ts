import { defineScenario } from '../scenario.ts'
import { lineClient, pickPort, serveLines, steady } from './lines.ts'

export const lingerZeroServer = defineScenario({
  name: 'linger-zero-server',
  cause: 'abortive-close',
  explain:
    'A server ends connections that are over their quota with SO_LINGER 0 a moment after its last answer: RST with nothing unread. Clients under the quota end with FIN.',
  needs: [],
  kernel: 'TCP_STATE',
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair(random.pick([4, 6]))
    const port = pickPort(stage)
    const quota = random.int(3, 7)
    const service = await serveLines(stage, server, port, {
      closeAfterLines: quota,
      closeHow: 'reset',
      closeWaitMs: random.int(5, 40),
    })
    const over = await lineClient(stage, client, server.address, port, {
      connections: random.int(8, 24),
      gapMs: random.int(60, 200),
      pausesMs: steady(random.int(90, 200), quota + 2),
    })
    const under = await lineClient(stage, client, server.address, port, {
      connections: 6,
      gapMs: 200,
      pausesMs: steady(120, quota - 1),
    })
    await stage.record(server, client)
    over.say('go')
    under.say('go')
    await Promise.all([over.wait('done'), under.wait('done')])
    await stage.settle()
    return [{ cause: 'abortive-close', resetBy: 'server', connections: service.told('ended').length }]
  },
})

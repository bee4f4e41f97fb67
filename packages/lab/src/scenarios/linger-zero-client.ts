import { defineScenario } from '../scenario.ts'
import { lineClient, pickPort, serveLines, steady } from './lines.ts'

export const lingerZeroClient = defineScenario({
  name: 'linger-zero-client',
  cause: 'abortive-close',
  explain:
    'A client closes each of its connections with SO_LINGER 0 after the complete answer: RST at once, with nothing unread.',
  needs: [],
  kernel: 'TCP_STATE',
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair(random.pick([4, 6]))
    const port = pickPort(stage)
    await serveLines(stage, server, port, { replyBytes: random.int(10, 2000) })
    const loader = await lineClient(stage, client, server.address, port, {
      connections: random.int(15, 50),
      gapMs: random.int(40, 150),
      pausesMs: steady(random.int(5, 60), random.int(1, 4)),
      closeHow: 'reset',
    })
    await stage.record(client, server)
    loader.say('go')
    await loader.wait('done')
    await stage.settle()
    return [{ cause: 'abortive-close', resetBy: 'client', connections: loader.told('served').length }]
  },
})

import { defineScenario } from '../scenario.ts'
import { lineClient, pickPort, serveLines } from './lines.ts'

export const repeatedSegments = defineScenario({
  name: 'repeated-segments',
  cause: 'late-reset',
  explain:
    'The network delivers segments of the client a second time, after both sides have closed: the server, which has no such connection any more, answers the copies with RST. Nothing was lost.',
  needs: ['python3', 'tun'],
  async run(stage) {
    const { random } = stage
    const network = await stage.routed(['client', 'server'], random.pick([4, 6]))
    const [client, server] = [network.host('client'), network.host('server')]
    const port = pickPort(stage)
    await stage.relay(network.router, {
      delayMs: random.int(2, 12),
      twice: { port, afterMs: random.int(500, 900) },
    })
    await serveLines(stage, server, port, { replyBytes: random.int(10, 300) })
    const visitors = await lineClient(stage, client, server.address, port, {
      connections: random.int(4, 12),
      gapMs: random.int(100, 300),
      pausesMs: [random.int(10, 40), random.int(10, 40)],
    })
    await stage.record(client, server)
    visitors.say('go')
    await visitors.wait('done')
    await stage.pause(1200)
    await stage.settle()
    return [{ cause: 'late-reset', resetBy: 'server', connections: visitors.told('served').length }]
  },
})

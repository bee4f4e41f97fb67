import { defineScenario } from '../scenario.ts'
import { lineClient, pickPort, serveLines, steady } from './lines.ts'

export const healthyLossyNetwork = defineScenario({
  name: 'healthy-lossy-network',
  cause: 'healthy',
  explain:
    'A slow network that loses some of the packets in each direction: retransmissions and duplicate ACKs, and every exchange completes.',
  needs: ['python3', 'tun'],
  async run(stage) {
    const { random } = stage
    const network = await stage.routed(['client', 'server'], random.pick([4, 6]))
    const [client, server] = [network.host('client'), network.host('server')]
    await stage.relay(network.router, {
      delayMs: random.int(5, 30),
      loss: random.int(2, 6) / 100,
      seed: random.int(1, 1e6),
    })
    const port = pickPort(stage)
    await serveLines(stage, server, port, { replyBytes: random.int(2000, 20_000) })
    const visitors = await lineClient(stage, client, server.address, port, {
      connections: random.int(5, 10),
      gapMs: random.int(50, 200),
      pausesMs: steady(random.int(80, 200), 10),
    })
    await stage.record(client, server)
    visitors.say('go')
    await visitors.wait('done')
    await stage.settle()
    return []
  },
})

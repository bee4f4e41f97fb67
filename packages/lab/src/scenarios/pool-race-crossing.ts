import { defineScenario } from '../scenario.ts'
import { playPool } from './play-pool.ts'

export const poolRaceCrossing = defineScenario({
  name: 'pool-race-crossing',
  cause: 'keep-alive-race',
  explain:
    'A server closes idle keep-alive connections after a fixed time, and the network has a round trip of some tens of milliseconds: requests on reused connections cross the FIN on the way and are answered with RST. Requests that come earlier are served.',
  needs: ['python3', 'tun'],
  async run(stage) {
    const { random } = stage
    const network = await stage.routed(['client', 'server'], random.pick([4, 6]))
    const delayMs = random.int(25, 60)
    await stage.relay(network.router, { delayMs })
    const hosts = { client: network.host('client'), server: network.host('server') }
    const connections = await playPool(stage, hosts, {
      idleMs: [1200, 2500],
      connections: [6, 14],
      gapMs: [50, 150],
      // Sent while the FIN is on its way: after the server closed, before the client knows.
      pausesMs: (idleMs) => [random.int(200, 600), idleMs - Math.round(delayMs * 0.9)],
      early: 2,
    })
    return [{ cause: 'keep-alive-race', resetBy: 'server', connections }]
  },
})

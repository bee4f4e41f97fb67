import { defineScenario } from '../scenario.ts'

export const poolRaceCrossing = defineScenario({
  name: 'pool-race-crossing',
  cause: 'keep-alive-race',
  explain:
    'A server closes idle keep-alive connections after a fixed time, and the network has a round trip of some tens of milliseconds: requests on reused connections cross the FIN on the way and are answered with RST. Requests that come earlier are served.',
  needs: ['python3', 'tun'],
  async run(stage) {
    const { random } = stage
    const network = await stage.routed(['client', 'server'], random.pick([4, 6]))
    const [client, server] = [network.host('client'), network.host('server')]
    const delayMs = random.int(25, 60)
    await stage.relay(network.router, { delayMs })
    const port = random.int(1024, 32_000)
    const idleMs = random.int(1200, 2500)
    const service = stage.node(server, 'idle-closer.mjs', { host: server.address, port, idleMs })
    await service.wait('ready')
    const pool = stage.node(client, 'http-pool.mjs', {
      host: server.address,
      port,
      connections: random.int(6, 14),
      gapMs: random.int(50, 150),
      // Sent while the FIN is on its way: after the server closed, before the client knows.
      pausesMs: [random.int(200, 600), idleMs - Math.round(delayMs * 0.9)],
      early: 2,
    })
    await pool.wait('ready')
    await stage.record(client, server)
    pool.say('go')
    await pool.wait('done')
    await stage.settle()
    const connections = pool.told('reset').length - service.told('read-late').length
    return [{ cause: 'keep-alive-race', resetBy: 'server', connections }]
  },
})

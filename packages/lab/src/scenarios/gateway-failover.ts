import { defineScenario } from '../scenario.ts'
import { failures, lineClient, pickPort, serveLines, steady } from './lines.ts'

export const gatewayFailover = defineScenario({
  name: 'gateway-failover',
  cause: 'nat-state-lost',
  explain:
    'A NAT gateway loses its table under traffic (it starts anew): the next segments leave with other source ports, the server knows no such connections and answers with bare RSTs, which reach the client. At the server the old connections stay open.',
  needs: ['nft', 'python3'],
  async run(stage) {
    const { random } = stage
    const network = await stage.routed(['client', 'server'])
    const [client, server] = [network.host('client'), network.host('server')]
    const port = pickPort(stage)
    await network.router.nft(
      'table ip nat { chain post { type nat hook postrouting priority 100\n oifname "eth1" masquerade random,persistent\n }\n }\n',
    )
    await serveLines(stage, server, port, { replyBytes: random.int(10, 300) })
    const pool = await lineClient(stage, client, server.address, port, {
      connections: random.int(4, 9),
      gapMs: random.int(10, 50),
      pausesMs: steady(random.int(200, 350), 16),
      again: true,
    })
    await stage.record(client, server)
    pool.say('go')
    await stage.pause(random.int(1400, 2200))
    const flush = stage.python(network.router, 'flush_conntrack.py', {})
    await flush.wait('done')
    await pool.wait('done')
    await stage.settle()
    return [{ cause: 'nat-state-lost', resetBy: 'server', connections: failures(pool, 'ECONNRESET') }]
  },
})

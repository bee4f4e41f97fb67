import { defineScenario } from '../scenario.ts'
import { failures, lineClient, pickPort, serveLines, steady } from './lines.ts'

export const policyNewConnections = defineScenario({
  name: 'policy-new-connections',
  cause: 'policy-reject',
  explain:
    'A network policy on the router rejects connections to a port with RST; the server listens there and never sees the attempts. Another port works.',
  needs: ['nft'],
  async run(stage) {
    const { random } = stage
    const network = await stage.routed(['client', 'server'], random.pick([4, 6]))
    const [client, server] = [network.host('client'), network.host('server')]
    const port = pickPort(stage)
    const forbidden = port + random.int(1, 40)
    await network.router.nft(
      `table inet guard { chain forward { type filter hook forward priority 0\n tcp dport ${forbidden} reject with tcp reset\n }\n }\n`,
    )
    await serveLines(stage, server, port, {})
    await serveLines(stage, server, forbidden, {})
    const allowed = await lineClient(stage, client, server.address, port, {
      connections: 2,
      pausesMs: steady(250, 12),
    })
    const rejected = await lineClient(stage, client, server.address, forbidden, {
      connections: random.int(4, 12),
      gapMs: random.int(120, 400),
      pausesMs: [],
    })
    await stage.record(client, server)
    allowed.say('go')
    rejected.say('go')
    await Promise.all([allowed.wait('done'), rejected.wait('done')])
    await stage.settle()
    return [{ cause: 'policy-reject', resetBy: 'middlebox', connections: failures(rejected, 'ECONNREFUSED') }]
  },
})

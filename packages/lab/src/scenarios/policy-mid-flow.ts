import { defineScenario } from '../scenario.ts'
import { failures, lineClient, pickPort, serveLines, steady } from './lines.ts'

export const policyMidFlow = defineScenario({
  name: 'policy-mid-flow',
  cause: 'policy-reject',
  explain:
    'A network policy is applied under traffic: the next segment of each busy connection to a port is rejected with a RST towards the client, and so are the new connections. The server sees nothing; another port is untouched.',
  needs: ['nft'],
  async run(stage) {
    const { random } = stage
    const network = await stage.routed(['client', 'server'], random.pick([4, 6]))
    const [client, server] = [network.host('client'), network.host('server')]
    const port = pickPort(stage)
    const forbidden = port + random.int(1, 40)
    await serveLines(stage, server, port, {})
    await serveLines(stage, server, forbidden, { replyBytes: random.int(20, 400) })
    const allowed = await lineClient(stage, client, server.address, port, {
      connections: 2,
      pausesMs: steady(250, 16),
    })
    const busy = await lineClient(stage, client, server.address, forbidden, {
      connections: random.int(3, 8),
      gapMs: random.int(5, 40),
      pausesMs: steady(random.int(100, 200), 60),
      again: true,
    })
    await stage.record(client, server)
    allowed.say('go')
    busy.say('go')
    await stage.pause(random.int(1500, 2500))
    await network.router.nft(
      `table inet guard { chain forward { type filter hook forward priority 0\n tcp dport ${forbidden} reject with tcp reset\n }\n }\n`,
    )
    await Promise.all([allowed.wait('done'), busy.wait('done')])
    await stage.settle()
    const connections = failures(busy, 'ECONNRESET') + failures(busy, 'ECONNREFUSED')
    return [{ cause: 'policy-reject', resetBy: 'middlebox', connections }]
  },
})

import { defineScenario } from '../scenario.ts'
import { failures, lineClient, pickPort, serveLines, steady } from './lines.ts'

export const networkOutage = defineScenario({
  name: 'network-outage',
  cause: 'retransmission-timeout',
  explain:
    'The network loses everything for a while: the server retransmits what it pushes until it gives up, without a RST. When the network is back, the client speaks, and the server, which has forgotten the connection, answers with RST.',
  needs: ['nft'],
  async run(stage) {
    const { random } = stage
    const network = await stage.routed(['client', 'server'], random.pick([4, 6]))
    const [client, server] = [network.host('client'), network.host('server')]
    // Three retransmissions, one to two seconds in all.
    await server.sysctl({ 'net.ipv4.tcp_retries2': 3 })
    const port = pickPort(stage)
    const other = port + random.int(1, 40)
    const feed = await serveLines(stage, server, port, {
      pushEveryMs: random.int(60, 150),
      pushBytes: random.int(40, 500),
      pushAfterMs: 200,
    })
    await serveLines(stage, server, other, {})
    const readers = await lineClient(stage, client, server.address, port, {
      connections: random.int(3, 7),
      gapMs: random.int(10, 60),
      listen: random.int(8500, 10_000),
      pausesMs: [10, 300],
    })
    const beside = await lineClient(stage, client, server.address, other, {
      connections: 2,
      pausesMs: steady(500, 18),
    })
    await stage.record(server, client)
    readers.say('go')
    beside.say('go')
    await stage.pause(random.int(1200, 1800))
    await network.router.nft(`table inet cut { chain forward {
      type filter hook forward priority -10
      tcp dport ${port} drop
      tcp sport ${port} drop
    }
    }`)
    await stage.pause(5500)
    await network.router.nft('delete table inet cut')
    await Promise.all([readers.wait('done'), beside.wait('done')])
    await stage.settle()
    return [{ cause: 'retransmission-timeout', resetBy: 'server', connections: failures(feed, 'ETIMEDOUT') }]
  },
})

import { defineScenario } from '../scenario.ts'
import { failures, lineClient, pickPort, serveLines, steady } from './lines.ts'

export const firewallIdle = defineScenario({
  name: 'firewall-idle',
  cause: 'middlebox-idle-timeout',
  explain:
    'A firewall between forgets connections that are idle for some seconds, and rejects their next segment with a RST towards the client; busy connections live on. The server never sees a RST.',
  needs: ['nft'],
  async run(stage) {
    const { random } = stage
    const family = random.pick([4, 6] as const)
    const network = await stage.routed(['client', 'server'], family)
    const [client, server] = [network.host('client'), network.host('server')]
    const port = pickPort(stage)
    const seconds = random.int(2, 3)
    await network.router.nft(`table inet firewall {
      chain forward {
        type filter hook forward priority 0; policy accept;
        tcp dport ${port} ct state invalid,new tcp flags & (syn | ack) != syn reject with tcp reset
        ct state established,related accept
      }
    }`)
    await network.router.sysctl({
      'net.netfilter.nf_conntrack_tcp_loose': 0,
      'net.netfilter.nf_conntrack_tcp_timeout_established': seconds,
    })
    await serveLines(stage, server, port, { replyBytes: random.int(10, 900) })
    const pool = await lineClient(stage, client, server.address, port, {
      connections: random.int(4, 9),
      gapMs: random.int(10, 60),
      pausesMs: [200, 700, 900, seconds * 1000 + random.int(1800, 3500), 300],
      again: true,
    })
    const busy = await lineClient(stage, client, server.address, port, {
      connections: 2,
      pausesMs: steady(600, 14),
    })
    await stage.record(client, server)
    pool.say('go')
    busy.say('go')
    await Promise.all([pool.wait('done'), busy.wait('done')])
    await stage.settle()
    return [
      { cause: 'middlebox-idle-timeout', resetBy: 'middlebox', connections: failures(pool, 'ECONNRESET') },
    ]
  },
})

import { defineScenario } from '../scenario.ts'
import { lineClient, pickPort, serveLines, steady } from './lines.ts'

export const keepaliveUnanswered = defineScenario({
  name: 'keepalive-unanswered',
  cause: 'keepalive-timeout',
  explain:
    'The path to a broker goes silent: the keepalive probes of idle connections stay unanswered, and the client ends each with a RST that reaches nobody. Another port is untouched.',
  needs: ['nft', 'python3'],
  kernel: 'TCP_KEEPALIVE_TIMEOUT',
  async run(stage) {
    const { random } = stage
    const network = await stage.routed(['client', 'server'], random.pick([4, 6]))
    const [client, server] = [network.host('client'), network.host('server')]
    const port = pickPort(stage)
    const other = port + random.int(1, 40)
    await serveLines(stage, server, port, {})
    await serveLines(stage, server, other, {})
    const subscriber = stage.python(client, 'keepalive_client.py', {
      host: server.address,
      port,
      connections: random.int(3, 8),
      idle: random.int(1, 2),
      interval: 1,
      probes: random.int(3, 4),
    })
    await subscriber.wait('ready')
    const beside = await lineClient(stage, client, server.address, other, {
      connections: 2,
      pausesMs: steady(500, 14),
    })
    await stage.record(client, server)
    subscriber.say('go')
    beside.say('go')
    await subscriber.wait('connected')
    await stage.pause(random.int(300, 1200))
    await network.router.nft(`table inet cut { chain forward {
      type filter hook forward priority -10
      tcp dport ${port} drop
      tcp sport ${port} drop
    }
    }`)
    await Promise.all([subscriber.wait('done'), beside.wait('done')])
    await stage.settle()
    return [
      { cause: 'keepalive-timeout', resetBy: 'client', connections: subscriber.told('timed-out').length },
    ]
  },
})

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineScenario } from '../scenario.ts'
import { lineClient, pickPort, serveLines, steady } from './lines.ts'

export const haproxyChecks = defineScenario({
  name: 'haproxy-checks',
  cause: 'health-probe',
  explain:
    'HAProxy checks a backend each half second by connecting and closing with RST; its real traffic is healthy.',
  needs: ['haproxy', 'nft'],
  kernel: 'TCP_STATE',
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair(random.pick([4, 6]))
    const port = pickPort(stage)
    const everyMs = random.int(350, 700)
    await serveLines(stage, server, port, {})
    // A check ends before the server's program hears of it: the attempts are counted on the host of HAProxy.
    await client.nft(`table inet count { counter attempts { }
    chain output {
      type filter hook output priority 0
      oifname "eth0" tcp dport ${port} tcp flags & (syn | ack) == syn counter name attempts
    }
    }`)
    const configuration = join(stage.scratch, 'haproxy.cfg')
    writeFileSync(
      configuration,
      `defaults
  mode tcp
  timeout connect 1s
  timeout client 20s
  timeout server 20s
listen front
  bind 127.0.0.1:${port}
  server one ${server.at(port)} check inter ${everyMs}
`,
    )
    const real = await lineClient(stage, client, '127.0.0.1', port, {
      connections: 3,
      pausesMs: steady(300, 16),
    })
    await stage.record(server, client)
    const haproxy = stage.system(client, 'haproxy', ['-db', '-f', configuration])
    await stage.pause(random.int(900, 1300))
    real.say('go')
    await real.wait('done')
    await haproxy.stop()
    await stage.settle()
    const listed = await client.run('nft', ['list', 'counter', 'inet', 'count', 'attempts'])
    const attempts = Number(/packets (\d+)/.exec(listed)?.[1])
    const connections = attempts - real.told('connected').length
    return [{ cause: 'health-probe', resetBy: 'client', connections }]
  },
})

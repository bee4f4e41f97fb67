import { defineScenario } from '../scenario.ts'
import { failures, lineClient, pickPort, serveLines, steady } from './lines.ts'

export const portScan = defineScenario({
  name: 'port-scan',
  cause: 'port-scan',
  explain:
    'One host tries many ports of a server in turn: all but one are refused. Real traffic beside it is healthy.',
  needs: [],
  kernel: 'NO_SOCKET',
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair(random.pick([4, 6]))
    const port = pickPort(stage)
    await serveLines(stage, server, port, {})
    const real = await lineClient(stage, client, server.address, port, {
      connections: 2,
      pausesMs: steady(250, 12),
    })
    const first = random.int(1000, 40_000)
    const ports = Array.from({ length: random.int(25, 70) }, (_, index) => first + index * 3)
    const scanner = stage.node(client, 'connect-scan.mjs', {
      host: server.address,
      ports: [...ports.filter((one) => one !== port), port],
      everyMs: random.int(5, 40),
    })
    await scanner.wait('ready')
    await stage.record(server, client)
    real.say('go')
    scanner.say('go')
    await Promise.all([real.wait('done'), scanner.wait('done')])
    await stage.settle()
    return [{ cause: 'port-scan', resetBy: 'server', connections: failures(scanner, 'ECONNREFUSED') }]
  },
})

import { defineScenario } from '../scenario.ts'
import { failures, lineClient, pickPort, serveLines, steady } from './lines.ts'

export const replacedHost = defineScenario({
  name: 'replaced-host',
  cause: 'half-open',
  explain:
    'The server loses power without a word; its replacement has the same address and knows nothing of the connections that the client still believes in: their next requests are answered with bare RSTs, new connections work.',
  needs: [],
  async run(stage) {
    const { random } = stage
    const network = await stage.routed(['client', 'server', 'spare'])
    const [client, server, spare] = [network.host('client'), network.host('server'), network.host('spare')]
    // One address that moves from the lost host to the other.
    const address = `10.${random.int(201, 250)}.${random.int(0, 250)}.${random.int(1, 250)}`
    for (const host of [server, spare]) await host.run('ip', ['address', 'add', `${address}/32`, 'dev', 'lo'])
    await network.router.run('ip', ['route', 'add', address, 'via', server.address])
    const port = pickPort(stage)
    const service = await serveLines(stage, server, port, {})
    await serveLines(stage, spare, port, {})
    const downMs = random.int(1200, 2500)
    const pool = await lineClient(stage, client, address, port, {
      connections: random.int(4, 10),
      gapMs: random.int(10, 50),
      pausesMs: [200, ...steady(300, random.int(2, 3)), downMs + 2500],
      again: true,
    })
    await stage.record(client, spare)
    pool.say('go')
    await stage.pause(1900)
    await server.run('ip', ['link', 'set', 'eth0', 'down'])
    await service.stop('SIGKILL')
    await stage.pause(downMs)
    await network.router.run('ip', ['route', 'replace', address, 'via', spare.address])
    await pool.wait('done')
    await stage.settle()
    return [{ cause: 'half-open', resetBy: 'server', connections: failures(pool, 'ECONNRESET') }]
  },
})

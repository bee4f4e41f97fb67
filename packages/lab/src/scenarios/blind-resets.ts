import { defineScenario } from '../scenario.ts'
import { lineClient, pickPort, serveLines, steady } from './lines.ts'

export const blindResets = defineScenario({
  name: 'blind-resets',
  cause: 'ignored-reset',
  explain:
    'Somebody forges resets with sequence numbers that are not exact, inside or outside the window: the kernel ignores them or answers with challenge ACKs, and all connections live on and close with FIN.',
  needs: ['python3'],
  async run(stage) {
    const { random } = stage
    const network = await stage.routed(['client', 'server'], random.pick([4, 6]))
    const [client, server] = [network.host('client'), network.host('server')]
    const port = pickPort(stage)
    await serveLines(stage, server, port, { replyBytes: random.int(20, 300) })
    const device = stage.python(network.router, 'injector.py', {
      word: 'TARGET',
      port,
      device: 'eth0',
      aim: random.pick(['inside', 'outside']),
      hops: random.pick([255, 200, 64]),
    })
    await device.wait('ready')
    const options = { gapMs: random.int(20, 120), pausesMs: steady(random.int(150, 300), 12) }
    const calm = await lineClient(stage, client, server.address, port, { ...options, connections: 2 })
    const target = await lineClient(stage, client, server.address, port, {
      ...options,
      connections: random.int(3, 7),
      word: 'GET TARGET',
    })
    await stage.record(client, server)
    calm.say('go')
    target.say('go')
    await Promise.all([calm.wait('done'), target.wait('done')])
    await stage.settle()
    return [{ cause: 'ignored-reset', resetBy: 'middlebox', connections: device.told('forged').length }]
  },
})

import { defineScenario } from '../scenario.ts'
import { failures, lineClient, pickPort, serveLines, steady } from './lines.ts'

export const forgedReset = defineScenario({
  name: 'forged-reset',
  cause: 'injected-reset',
  explain:
    'A device beside the path reads along, and forges resets in the name of the other end, to one or both of them, when it sees a forbidden word. Other connections to the same port live on.',
  needs: ['python3'],
  async run(stage) {
    const { random } = stage
    const network = await stage.routed(['client', 'server'], random.pick([4, 6]))
    const [client, server] = [network.host('client'), network.host('server')]
    const port = pickPort(stage)
    await serveLines(stage, server, port, { replyBytes: random.int(20, 300) })
    const device = stage.python(network.router, 'injector.py', {
      word: 'FORBIDDEN',
      port,
      device: 'eth0',
      aim: random.pick(['both', 'client', 'spray']),
      hops: random.pick([255, 128, 41, 112]),
    })
    await device.wait('ready')
    const options = { gapMs: random.int(20, 120), pausesMs: steady(random.int(120, 250), 8) }
    const allowed = await lineClient(stage, client, server.address, port, { ...options, connections: 3 })
    const forbidden = await lineClient(stage, client, server.address, port, {
      ...options,
      connections: random.int(4, 9),
      word: 'GET FORBIDDEN',
    })
    await stage.record(client, server)
    allowed.say('go')
    forbidden.say('go')
    await Promise.all([allowed.wait('done'), forbidden.wait('done')])
    await stage.settle()
    return [{ cause: 'injected-reset', resetBy: 'middlebox', connections: failures(forbidden, 'ECONNRESET') }]
  },
})

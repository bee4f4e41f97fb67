import { defineScenario } from '../scenario.ts'
import { anyAddress, failures, lineClient, pickPort } from './lines.ts'

export const listenerClosed = defineScenario({
  name: 'listener-closed',
  cause: 'listener-closed',
  explain:
    'A server that is busy for seconds accepts nobody meanwhile, and then closes its listener: the connections in its queue, which the kernel had established, are reset at one instant.',
  needs: [],
  kernel: 'TCP_STATE',
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair(random.pick([4, 6]))
    const port = pickPort(stage)
    const worker = stage.node(server, 'busy-worker.mjs', {
      host: anyAddress(server),
      port,
      busyAfterMs: 600,
      busyMs: random.int(2500, 4000),
    })
    await worker.wait('ready')
    const gateway = await lineClient(stage, client, server.address, port, {
      connections: random.int(6, 20),
      gapMs: random.int(20, 90),
      pausesMs: [1],
    })
    await stage.record(server, client)
    worker.say('go')
    await worker.wait('busy')
    gateway.say('go')
    await gateway.wait('done')
    await stage.settle()
    return [
      { cause: 'listener-closed', resetBy: 'server', connections: failures(gateway, 'ECONNRESET', 'data') },
    ]
  },
})

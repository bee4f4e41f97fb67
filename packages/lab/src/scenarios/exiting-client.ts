import { defineScenario } from '../scenario.ts'
import { lineClient, pickPort, serveLines, steady } from './lines.ts'

export const exitingClient = defineScenario({
  name: 'exiting-client',
  cause: 'process-exit',
  explain:
    'A worker that is behind with its reading dies: all its connections to a feed, with data unread, are reset at one instant. Clients of other processes live on.',
  needs: [],
  kernel: 'TCP_ABORT_ON_CLOSE',
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair(random.pick([4, 6]))
    const port = pickPort(stage)
    const other = port + random.int(1, 40)
    await serveLines(stage, server, port, { pushEveryMs: random.int(100, 250), pushBytes: 200 })
    await serveLines(stage, server, other, {})
    const worker = stage.node(client, 'deaf-subscriber.mjs', {
      host: server.address,
      port,
      connections: random.int(8, 30),
      gapMs: random.int(20, 80),
    })
    await worker.wait('ready')
    const healthy = await lineClient(stage, client, server.address, other, {
      connections: 2,
      pausesMs: steady(250, 24),
    })
    await stage.record(client, server)
    worker.say('go')
    healthy.say('go')
    await worker.wait('subscribed')
    await stage.pause(random.int(800, 1500))
    await worker.stop(random.pick(['SIGKILL', 'SIGABRT']))
    await healthy.wait('done')
    await stage.settle()
    return [{ cause: 'process-exit', resetBy: 'client', connections: worker.told('connected').length }]
  },
})

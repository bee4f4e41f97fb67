import { defineScenario } from '../scenario.ts'
import { failures, lineClient, pickPort, serveLines, steady } from './lines.ts'

export const killedServer = defineScenario({
  name: 'killed-server',
  cause: 'process-exit',
  explain:
    'A server that is behind with its reading is killed with SIGKILL: all its connections, with data unread, are reset at one instant; those who come again are refused.',
  needs: [],
  kernel: 'TCP_ABORT_ON_CLOSE',
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair(random.pick([4, 6]))
    const port = pickPort(stage)
    const hub = await serveLines(stage, server, port, { deaf: true })
    const subscribers = await lineClient(stage, client, server.address, port, {
      connections: random.int(8, 30),
      gapMs: random.int(10, 60),
      pausesMs: steady(random.int(200, 500), 40),
      stream: true,
      again: true,
    })
    await stage.record(server, client)
    subscribers.say('go')
    await stage.pause(random.int(3000, 5000))
    const connections = subscribers.told('connected').length
    await hub.stop('SIGKILL')
    await subscribers.wait('done')
    await stage.settle()
    return [
      { cause: 'process-exit', resetBy: 'server', connections },
      { cause: 'connection-refused', resetBy: 'server', connections: failures(subscribers, 'ECONNREFUSED') },
    ]
  },
})

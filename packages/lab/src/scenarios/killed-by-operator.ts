import { defineScenario } from '../scenario.ts'
import { failures, lineClient, pickPort, serveLines, steady } from './lines.ts'

export const killedByOperator = defineScenario({
  name: 'killed-by-operator',
  cause: 'abortive-close',
  explain:
    'An operator kills all established connections of a service on the server with ss -K: idle connections, nothing unread, reset at one instant; the service lives on.',
  needs: ['ss'],
  kernel: 'TCP_STATE',
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair(random.pick([4, 6]))
    const port = pickPort(stage)
    await serveLines(stage, server, port, {})
    const pool = await lineClient(stage, client, server.address, port, {
      connections: random.int(5, 18),
      gapMs: random.int(10, 60),
      pausesMs: steady(random.int(500, 800), 9),
      again: true,
    })
    await stage.record(client, server)
    pool.say('go')
    await stage.pause(random.int(2400, 3400))
    await server.run('ss', ['-K', 'state', 'established', 'sport', '=', `:${port}`])
    await pool.wait('done')
    await stage.settle()
    return [{ cause: 'abortive-close', resetBy: 'server', connections: failures(pool, 'ECONNRESET') }]
  },
})

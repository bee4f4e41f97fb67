import { defineScenario } from '../scenario.ts'
import { lineClient, pickPort, serveLines, steady } from './lines.ts'

export const dataAfterClose = defineScenario({
  name: 'data-after-close',
  cause: 'data-after-close',
  explain:
    'A collector closes each stream after some records, all of them read; the shippers never look and go on sending: their next record is answered with RST.',
  needs: [],
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair(random.pick([4, 6]))
    const port = pickPort(stage)
    const records = random.int(3, 9)
    const collector = await serveLines(stage, server, port, {
      closeAfterLines: records,
      silent: true,
    })
    const shippers = await lineClient(stage, client, server.address, port, {
      connections: random.int(6, 20),
      gapMs: random.int(70, 200),
      pausesMs: steady(random.int(60, 200), records + 4),
      stream: true,
    })
    const short = await lineClient(stage, client, server.address, port, {
      connections: 5,
      gapMs: 150,
      pausesMs: steady(100, records - 1),
      stream: true,
    })
    await stage.record(server, client)
    shippers.say('go')
    short.say('go')
    await Promise.all([shippers.wait('done'), short.wait('done')])
    await stage.settle()
    return [{ cause: 'data-after-close', resetBy: 'server', connections: collector.told('ended').length }]
  },
})

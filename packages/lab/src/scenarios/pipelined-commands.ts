import { defineScenario } from '../scenario.ts'
import { lineClient, pickPort, serveLines, steady } from './lines.ts'

export const pipelinedCommands = defineScenario({
  name: 'pipelined-commands',
  cause: 'unread-data',
  explain:
    'A server rejects a session after some commands and closes while the client has sent more, which stay unread: RST by the server.',
  needs: [],
  kernel: 'TCP_ABORT_ON_CLOSE',
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair(random.pick([4, 6]))
    const port = pickPort(stage)
    const limit = random.int(2, 5)
    const broker = await serveLines(stage, server, port, {
      closeAfterLines: limit,
      closeHow: 'leave',
      closeWaitMs: random.int(150, 400),
    })
    const producers = await lineClient(stage, client, server.address, port, {
      connections: random.int(6, 18),
      gapMs: random.int(80, 250),
      // They do not wait for answers: more arrives while the server makes up its mind.
      pausesMs: steady(random.int(15, 35), limit + 20),
      stream: true,
      // More than Node reads ahead: the rest waits in the kernel.
      lineBytes: random.int(20_000, 40_000),
    })
    await stage.record(server, client)
    producers.say('go')
    await producers.wait('done')
    await stage.settle()
    return [{ cause: 'unread-data', resetBy: 'server', connections: broker.told('ended').length }]
  },
})

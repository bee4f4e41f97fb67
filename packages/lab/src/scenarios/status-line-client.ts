import { defineScenario } from '../scenario.ts'

export const statusLineClient = defineScenario({
  name: 'status-line-client',
  cause: 'unread-data',
  explain:
    'A client asks for large files, looks at the beginning of each answer and closes with the rest unread: RST by the client, one at a time, at its own times. Small files are read to their end.',
  needs: [],
  kernel: 'TCP_ABORT_ON_CLOSE',
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair(random.pick([4, 6]))
    const port = random.int(1024, 32_000)
    const files = stage.node(server, 'http-server.mjs', { host: server.address, port })
    await files.wait('ready')
    const checker = stage.node(client, 'first-line-reader.mjs', {
      host: server.address,
      port,
      requests: random.int(10, 26),
      largeBytes: random.int(900_000, 5_000_000),
      smallEvery: random.int(3, 5),
      heldMs: random.int(10, 120),
      everyMs: random.int(40, 300),
    })
    await checker.wait('ready')
    await stage.record(client, server)
    checker.say('go')
    await checker.wait('done')
    await stage.settle()
    return [{ cause: 'unread-data', resetBy: 'client', connections: checker.told('left').length }]
  },
})

import { defineScenario } from '../scenario.ts'

export const hangUpIsAFin = defineScenario({
  name: 'hang-up-is-a-fin',
  cause: 'no-reset-on-wire',
  explain:
    'Node logs ECONNRESET ("socket hang up") for some requests; on the wire the server closed with FIN before it answered, and there is no RST.',
  needs: [],
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair(random.pick([4, 6]))
    const port = random.int(1024, 32_000)
    const service = stage.node(server, 'flaky-server.mjs', { host: server.address, port })
    await service.wait('ready')
    const caller = stage.node(client, 'getter.mjs', {
      host: server.address,
      port,
      paths: Array.from({ length: random.int(10, 24) }, (_, index) => (index % 3 === 1 ? '/flaky' : '/fine')),
      everyMs: random.int(80, 250),
    })
    await caller.wait('ready')
    await stage.record(client, server)
    caller.say('go')
    await caller.wait('done')
    await stage.settle()
    return [{ cause: 'no-reset-on-wire', resetBy: 'none', connections: service.told('dropped').length }]
  },
})

import { defineScenario } from '../scenario.ts'

export const clientTimeout = defineScenario({
  name: 'client-timeout',
  cause: 'caller-gave-up',
  explain:
    'fetch with AbortSignal.timeout: calls whose answer is late, or comes in drips, are abandoned by the client after its time; what the server sends then is answered with RST. Fast calls succeed.',
  needs: [],
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair(random.pick([4, 6]))
    const port = random.int(1024, 32_000)
    const timeoutMs = random.int(600, 1400)
    const service = stage.node(server, 'stubborn-server.mjs', { host: server.address, port })
    await service.wait('ready')
    const base = `http://${server.at(port)}`
    const caller = stage.node(client, 'fetch-timeout.mjs', {
      timeoutMs,
      everyMs: random.int(120, 260),
      calls: random.int(15, 28),
      urls: [
        `${base}/quick?bytes=400`,
        `${base}/late?bytes=400&wait=${timeoutMs + random.int(700, 1600)}`,
        `${base}/drips?bytes=5000&drip=${random.int(90, 200)}`,
      ],
    })
    await caller.wait('ready')
    await stage.record(client, server)
    caller.say('go')
    await caller.wait('done')
    await stage.settle()
    return [{ cause: 'caller-gave-up', resetBy: 'client', connections: caller.told('gave-up').length }]
  },
})

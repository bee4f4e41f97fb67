import { defineScenario } from '../scenario.ts'

export const healthySlowReaders = defineScenario({
  name: 'healthy-slow-readers',
  cause: 'healthy',
  explain:
    'Slow readers: their windows fall to zero again and again and recover; every download completes and ends with FIN.',
  needs: [],
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair(random.pick([4, 6]))
    await client.sysctl({ 'net.ipv4.tcp_rmem': '4096 16384 32768' })
    const port = random.int(1024, 32_000)
    const files = stage.node(server, 'http-server.mjs', { host: server.address, port })
    await files.wait('ready')
    const player = stage.node(client, 'slow-reader.mjs', {
      url: `http://${server.at(port)}/track?bytes=${random.int(500_000, 1_500_000)}`,
      readers: random.int(3, 7),
      gapMs: random.int(100, 400),
      pauseMs: random.int(60, 160),
    })
    await player.wait('ready')
    await stage.record(client, server)
    player.say('go')
    await player.wait('done')
    await stage.settle()
    return []
  },
})

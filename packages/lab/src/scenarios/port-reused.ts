import { defineScenario } from '../scenario.ts'
import { failures, lineClient, pickPort, serveLines, steady } from './lines.ts'

export const portReused = defineScenario({
  name: 'port-reused',
  cause: 'port-reuse',
  explain:
    'A client with fixed source ports dies without its RST reaching anyone, and connects again from the same ports while the server still holds the old connections: the server answers the SYN with the ACK of the old connection, the client resets that, and the next SYN is served.',
  needs: ['nft', 'ss'],
  kernel: 'TCP_INVALID_ACK_SEQUENCE',
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair(random.pick([4, 6]))
    const port = pickPort(stage)
    const first = random.int(33_000, 60_000)
    const connections = random.int(3, 8)
    const localPorts = Array.from({ length: connections }, (_, index) => first + index)
    const service = await serveLines(stage, server, port, {})
    const options = { connections, localPorts, gapMs: random.int(5, 40) }
    const before = await lineClient(stage, client, server.address, port, {
      ...options,
      pausesMs: [100, 300],
      closeHow: 'keep',
    })
    const after = await lineClient(stage, client, server.address, port, { ...options, pausesMs: [50, 200] })
    const beside = await lineClient(stage, client, server.address, port, {
      connections: 1,
      pausesMs: steady(300, 14),
    })
    await stage.record(client, server)
    beside.say('go')
    before.say('go')
    await before.wait('done')
    await client.nft(`table inet lost { chain output {
      type filter hook output priority 0
      tcp sport ${first}-${first + connections} drop
    }
    }`)
    await before.stop('SIGKILL')
    // What the dead process left in the kernel must not speak again.
    await client.run('ss', [
      '-K',
      'sport',
      '>=',
      `:${first}`,
      'and',
      'sport',
      '<=',
      `:${first + connections}`,
    ])
    await client.nft('delete table inet lost')
    await stage.pause(random.int(300, 1200))
    after.say('go')
    await Promise.all([after.wait('done'), beside.wait('done')])
    await stage.settle()
    return [{ cause: 'port-reuse', resetBy: 'client', connections: failures(service, 'ECONNRESET') }]
  },
})

import { defineScenario } from '../scenario.ts'
import { jvmFlags } from './jvm.ts'

export const timerBesideCollections = defineScenario({
  name: 'timer-beside-collections',
  cause: 'unread-data',
  explain:
    'A look-alike of the reference story: a timer closes abandoned connections with their bodies unread, in bursts, while the same JVM collects garbage at other times. The collections have no part in it.',
  needs: ['java'],
  kernel: 'TCP_ABORT_ON_CLOSE',
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair()
    const port = random.int(1024, 32_000)
    const provider = stage.node(server, 'http-server.mjs', { host: server.address, port })
    await provider.wait('ready')
    const youngMb = random.int(4, 8)
    const everyMs = random.int(120, 250)
    const evictor = stage.java(
      client,
      'Evictor.java',
      [
        server.address,
        port,
        `/feed?bytes=${random.int(1_000_000, 5_000_000)}`,
        everyMs,
        Math.round(12_000 / everyMs),
        random.int(1300, 2600),
        Math.round((youngMb * 1024 * everyMs) / random.int(900, 2200)),
      ],
      { flags: jvmFlags(stage, client, youngMb) },
    )
    await evictor.wait('ready')
    await stage.record(client, server)
    evictor.say('go')
    await evictor.wait('done')
    await stage.settle()
    return [{ cause: 'unread-data', resetBy: 'client', connections: provider.told('lost').length }]
  },
})

import { defineScenario } from '../scenario.ts'
import { jvmFlags } from './jvm.ts'
import { lineClient, pickPort } from './lines.ts'

export const serverForgets = defineScenario({
  name: 'server-forgets',
  cause: 'garbage-collected',
  explain:
    'A Java server loses connections after their first line, with more unread; its collections of garbage close them: bursts of RST by the server.',
  needs: ['java'],
  kernel: 'TCP_ABORT_ON_CLOSE',
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair(random.pick([4, 6]))
    const port = pickPort(stage)
    const youngMb = random.int(4, 8)
    const service = stage.java(
      server,
      'ForgetfulServer.java',
      [server.address, port, Math.round((youngMb * 1024) / random.int(18, 28))],
      { flags: jvmFlags(stage, server, youngMb) },
    )
    await service.wait('ready')
    const clients = await lineClient(stage, client, server.address, port, {
      connections: random.int(30, 60),
      gapMs: random.int(120, 200),
      // Then they wait for an answer that never comes.
      pausesMs: [1],
      askWaitMs: 30_000,
      lineBytes: random.int(1000, 20_000),
    })
    await stage.record(server, client)
    clients.say('go')
    await stage.pause(12_000)
    await stage.settle()
    return [{ cause: 'garbage-collected', resetBy: 'server', connections: clients.told('failed').length }]
  },
})

import { defineScenario } from '../scenario.ts'
import { jvmFlags } from './jvm.ts'

export const storyReproduction = defineScenario({
  name: 'story-reproduction',
  cause: 'unread-data',
  explain:
    'The local reproduction of the reference story: getLastModified() on a large file, then disconnect(), which closes the socket at once with the body unread. The program resets each connection itself; its collections of garbage have no part in it.',
  needs: ['java'],
  kernel: 'TCP_ABORT_ON_CLOSE',
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair()
    const port = random.int(1024, 32_000)
    const provider = stage.node(server, 'http-server.mjs', { host: server.address, port })
    await provider.wait('ready')
    const url = `http://${server.at(port)}/archive.jar?bytes=${random.int(2_000_000, 20_000_000)}`
    const args = [url, 'disconnect', random.int(200, 700), random.int(12, 20), random.int(500, 3000)]
    const java = stage.java(client, 'LastModified.java', [...args, random.int(20, 120)], {
      flags: jvmFlags(stage, client, random.int(4, 8)),
    })
    await java.wait('ready')
    await stage.record(client, server)
    java.say('go')
    await java.wait('done')
    await stage.settle()
    return [{ cause: 'unread-data', resetBy: 'client', connections: provider.told('lost').length }]
  },
})

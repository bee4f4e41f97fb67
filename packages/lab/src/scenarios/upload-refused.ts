import { defineScenario } from '../scenario.ts'

export const uploadRefused = defineScenario({
  name: 'upload-refused',
  cause: 'request-unread',
  explain:
    'A server answers large uploads with an error (413, 401 or 307) and closes without reading the body: RST by the server, and the client may lose the answer. Small requests are served.',
  needs: [],
  kernel: 'TCP_ABORT_ON_CLOSE',
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair(random.pick([4, 6]))
    const port = random.int(1024, 32_000)
    // Node reads ahead; with a small window of the kernel the body surely does not fit.
    await server.sysctl({ 'net.ipv4.tcp_rmem': '4096 32768 65536' })
    const gate = stage.node(server, 'upload-gate.mjs', {
      host: server.address,
      port,
      status: random.pick([413, 401, 307]),
      lingerMs: random.int(2, 30),
    })
    await gate.wait('ready')
    const uploader = stage.node(client, 'uploader.mjs', {
      host: server.address,
      port,
      bytes: random.int(400_000, 1_500_000),
      uploads: random.int(8, 18),
      everyMs: random.int(100, 300),
    })
    await uploader.wait('ready')
    await stage.record(server, client)
    uploader.say('go')
    await uploader.wait('done')
    await stage.settle()
    return [{ cause: 'request-unread', resetBy: 'server', connections: gate.told('refused').length }]
  },
})

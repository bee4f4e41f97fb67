import { defineScenario } from '../scenario.ts'

export const plainTextToTls = defineScenario({
  name: 'plain-text-to-tls',
  cause: 'tls-failure',
  explain:
    'Clients send plain HTTP to a port that speaks TLS: the handshake fails at once, and the server closes with the request unread.',
  needs: ['openssl'],
  kernel: 'TCP_ABORT_ON_CLOSE',
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair(random.pick([4, 6]))
    await server.sysctl({ 'net.ipv4.tcp_rmem': '4096 32768 65536' })
    const port = random.int(1024, 32_000)
    const { key, cert } = await stage.certificate(server)
    const front = stage.node(server, 'tls-server.mjs', { host: server.address, port, key, cert })
    await front.wait('ready')
    const uploader = stage.node(client, 'uploader.mjs', {
      host: server.address,
      port,
      bytes: random.int(400_000, 1_500_000),
      uploads: random.int(8, 16),
      everyMs: random.int(100, 300),
      postOnly: true,
    })
    await uploader.wait('ready')
    await stage.record(server, client)
    uploader.say('go')
    await uploader.wait('done')
    await stage.settle()
    return [{ cause: 'tls-failure', resetBy: 'server', connections: front.told('tls-error').length }]
  },
})

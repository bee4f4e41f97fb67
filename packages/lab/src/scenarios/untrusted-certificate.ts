import { defineScenario } from '../scenario.ts'

export const untrustedCertificate = defineScenario({
  name: 'untrusted-certificate',
  cause: 'tls-failure',
  explain:
    'A client does not trust the certificate of a server and ends the connection after the handshake; what the server still sends is answered with RST. Clients that know the certificate are served.',
  needs: ['openssl'],
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair(random.pick([4, 6]))
    const port = random.int(1024, 32_000)
    const { key, cert } = await stage.certificate(server)
    const front = stage.node(server, 'tls-server.mjs', { host: server.address, port, key, cert })
    await front.wait('ready')
    const caller = stage.node(client, 'tls-caller.mjs', {
      host: server.address,
      port,
      ca: cert,
      calls: random.int(12, 24),
      everyMs: random.int(100, 300),
    })
    await caller.wait('ready')
    await stage.record(client, server)
    caller.say('go')
    await caller.wait('done')
    await stage.settle()
    return [{ cause: 'tls-failure', resetBy: 'client', connections: caller.told('rejected').length }]
  },
})

import { defineScenario } from '../scenario.ts'

export const clientCertificateWanted = defineScenario({
  name: 'client-certificate-wanted',
  cause: 'tls-failure',
  explain:
    'A TLS 1.3 server wants a certificate of its clients: a client without one believes the handshake done and sends its request; the server answers with an alert and closes with the request unread.',
  needs: ['openssl', 'python3'],
  kernel: 'TCP_ABORT_ON_CLOSE',
  async run(stage) {
    const { random } = stage
    const { client, server } = await stage.pair(random.pick([4, 6]))
    const port = random.int(1024, 32_000)
    const { key, cert } = await stage.certificate(server)
    const front = stage.python(server, 'mutual_tls_server.py', {
      host: server.address,
      port,
      key,
      cert,
      lingerMs: random.int(30, 120),
    })
    await front.wait('ready')
    const agent = stage.node(client, 'tls-agent.mjs', {
      host: server.address,
      port,
      ca: cert,
      calls: random.int(8, 18),
      bytes: random.int(300, 3000),
      everyMs: random.int(100, 300),
    })
    await agent.wait('ready')
    await stage.record(server, client)
    agent.say('go')
    await agent.wait('done')
    await stage.settle()
    return [{ cause: 'tls-failure', resetBy: 'server', connections: front.told('refused').length }]
  },
})

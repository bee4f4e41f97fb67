import { defineScenario } from '../scenario.ts'
import { anyAddress, failures, lineClient, pickPort } from './lines.ts'

export const backlogOverflow = defineScenario({
  name: 'backlog-overflow',
  cause: 'accept-queue-overflow',
  explain:
    'A busy server with a small backlog and tcp_abort_on_overflow=1 meets a burst of connections over a slow network: its queue fills between SYN and ACK, and the kernel answers the ACK with RST. Others of the burst are dropped and come again.',
  needs: ['python3', 'tun'],
  kernel: 'INVALID_SYN',
  async run(stage) {
    const { random } = stage
    const network = await stage.routed(['client', 'server'], random.pick([4, 6]))
    const [client, server] = [network.host('client'), network.host('server')]
    await stage.relay(network.router, { delayMs: random.int(10, 35) })
    await server.sysctl({ 'net.ipv4.tcp_abort_on_overflow': 1, 'net.ipv4.tcp_syncookies': 0 })
    const port = pickPort(stage)
    const backlog = random.int(4, 9)
    const worker = stage.node(server, 'slow-acceptor.mjs', {
      host: anyAddress(server),
      port,
      backlog,
      busyMs: random.int(500, 900),
    })
    await worker.wait('ready')
    const bursts = await lineClient(stage, client, server.address, port, {
      connections: backlog * 3,
      pausesMs: [1],
      askWaitMs: 8000,
    })
    await stage.record(server, client)
    bursts.say('go')
    await bursts.wait('done')
    await stage.settle()
    return [
      { cause: 'accept-queue-overflow', resetBy: 'server', connections: failures(bursts, 'ECONNRESET') },
    ]
  },
})

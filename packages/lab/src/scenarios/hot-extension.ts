import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Host } from '../network/host.ts'
import type { Program } from '../program.ts'
import { hotloadModule } from '../program-files.ts'
import { defineScenario } from '../scenario.ts'
import type { Stage } from '../stage.ts'
import type { Told } from '../tellings.ts'

const CLIENTS = ['careless', 'half-fixed', 'hotload'] as const
type Mode = (typeof CLIENTS)[number]

export const hotExtension = defineScenario({
  name: 'hot-extension',
  cause: 'garbage-collected',
  explain:
    'One provider and three clients that extend themselves while they run: the careless one leaks an agent for each request and drops responses of which it read the headers; the half-fixed one only drops them; the one with hotload does neither. Garbage collections reset the connections of the first two, and CLOSE_WAIT piles up in the first.',
  needs: ['hotload'],
  kernel: 'TCP_ABORT_ON_CLOSE',
  async run(stage) {
    const { random } = stage
    const network = await stage.routed(['provider', ...CLIENTS], random.pick([4, 6]))
    const server = network.host('provider')
    const port = random.int(1024, 32_000)
    const provider = stage.node(server, 'hot-provider.mjs', {
      hotload: hotloadModule(),
      folder: stage.scratch,
      host: server.address,
      port,
      keepAliveMs: 1500,
      listBytes: random.int(70_000, 100_000),
      packageBytes: random.int(1_000_000, 4_000_000),
      versions: random.int(3, 5),
      everyMs: 2500,
    })
    const publicKey = publicKeyOf(await provider.wait('ready'))
    const base = `http://${server.at(port)}`
    const everyMs = random.int(250, 400)
    const rounds = Math.round(random.int(10_000, 13_000) / everyMs)
    const piecesKept = random.int(150, 300)
    const hosts = CLIENTS.map((mode) => network.host(mode))
    const clients = CLIENTS.map((mode, index) =>
      startClient(stage, hosts[index] ?? server, mode, { base, publicKey, everyMs, rounds, piecesKept }),
    )
    await Promise.all(clients.map((client) => client.wait('ready')))
    await stage.record(...hosts, server)
    provider.say('go')
    for (const client of clients) client.say('go')
    await Promise.all(clients.map((client) => client.wait('done')))
    await stage.settle()
    const lost = provider.told('lost')
    return hosts.flatMap((host) => {
      const connections = lost.filter(({ address }) => address === host.address).length
      return connections === 0
        ? []
        : [{ cause: 'garbage-collected' as const, resetBy: 'client' as const, connections }]
    })
  },
})

function startClient(stage: Stage, host: Host, mode: Mode, options: object): Program {
  const store = join(stage.scratch, `${mode}-store`)
  mkdirSync(store, { recursive: true })
  return stage.node(
    host,
    'hot-client.mjs',
    { ...options, mode, hotload: hotloadModule(), store },
    {
      // A full collection every few rounds, as a program with work of its own has them.
      flags: ['--trace-gc', '--max-semi-space-size=1', '--max-old-space-size=24'],
      stdoutPath: stage.gcLog(host),
    },
  )
}

function publicKeyOf({ publicKey }: Told): string {
  if (typeof publicKey !== 'string') throw new Error('the provider told no public key')
  return publicKey
}

import { command } from '../command.ts'
import type { Random } from '../random.ts'
import { createHost, type Family, type Host } from './host.ts'
import { addNamespace, nextNetworkNumber, type Keeper } from './namespace.ts'

interface Link {
  readonly namespace: string
  readonly device: string
  readonly address: string
}

/** Two hosts on one veth pair. */
export async function pairNetwork(
  keeper: Keeper,
  random: Random,
  family: Family,
): Promise<{ readonly client: Host; readonly server: Host }> {
  const network = nextNetworkNumber()
  const [client, server] = await addNamespaces(keeper, network, ['client', 'server'])
  const subnet = pickSubnet(random, family)
  const a = { namespace: client ?? '', device: 'eth0', address: subnet(0, 1) }
  const b = { namespace: server ?? '', device: 'eth0', address: subnet(0, 2) }
  await connect(a, b, family)
  return {
    client: createHost('client', a.namespace, family, [a.address]),
    server: createHost('server', b.namespace, family, [b.address]),
  }
}

export interface RoutedNetwork {
  readonly router: Host
  host(role: string): Host
}

/** Hosts that reach each other through one router; the router has `eth0` towards the first, `eth1` to the second … */
export async function routedNetwork(
  keeper: Keeper,
  random: Random,
  family: Family,
  roles: readonly string[],
): Promise<RoutedNetwork> {
  const network = nextNetworkNumber()
  const [router = '', ...namespaces] = await addNamespaces(keeper, network, ['router', ...roles])
  const subnet = pickSubnet(random, family)
  const hosts = new Map<string, Host>()
  const gateways: string[] = []
  for (const [index, role] of roles.entries()) {
    const inside = { namespace: namespaces[index] ?? '', device: 'eth0', address: subnet(index, 2) }
    const outside = { namespace: router, device: `eth${index}`, address: subnet(index, 1) }
    await connect(inside, outside, family)
    await command('ip', ['-n', inside.namespace, 'route', 'add', 'default', 'via', outside.address])
    hosts.set(role, createHost(role, inside.namespace, family, [inside.address]))
    gateways.push(outside.address)
  }
  const gateway = createHost('router', router, family, [gateways[0] ?? '', ...gateways.slice(1)])
  await gateway.sysctl({ 'net.ipv4.ip_forward': 1, 'net.ipv6.conf.all.forwarding': 1 })
  return {
    router: gateway,
    host(role) {
      const host = hosts.get(role)
      if (host === undefined) throw new Error(`no host ${role} in this network`)
      return host
    },
  }
}

async function addNamespaces(
  keeper: Keeper,
  network: number,
  roles: readonly string[],
): Promise<readonly string[]> {
  const names: string[] = []
  for (const role of roles) names.push(await addNamespace(keeper, network, role))
  return names
}

/** Joins two namespaces by a veth pair and gives each end its address. */
async function connect(a: Link, b: Link, family: Family): Promise<void> {
  const ends = [
    ['link', 'add', a.device, 'netns', a.namespace, 'type', 'veth'],
    ['peer', 'name', b.device, 'netns', b.namespace],
  ]
  await command('ip', ends.flat())
  for (const { namespace, device, address } of [a, b]) {
    const prefix = family === 6 ? `${address}/64` : `${address}/24`
    // nodad: nobody else is on the wire, and the check would take a second.
    const flags = family === 6 ? ['nodad'] : []
    await command('ip', ['-n', namespace, 'address', 'add', prefix, 'dev', device, ...flags])
    await command('ip', ['-n', namespace, 'link', 'set', device, 'up'])
  }
  if (family === 6) await introduce(a, b)
}

/**
 * A new link joins the multicast groups of its neighbour discovery up to a second late (net/core/link_watch.c): until
 * then nobody would be found, and what connects at once would give up.
 */
async function introduce(a: Link, b: Link): Promise<void> {
  for (const [here, there] of [
    [a, b],
    [b, a],
  ] as const) {
    const shown = await command('ip', ['-n', there.namespace, '-o', 'link', 'show', there.device])
    const hardware = /link\/ether ([0-9a-f:]{17})/.exec(shown)?.[1]
    if (hardware === undefined) throw new Error(`ip tells no hardware address of ${there.device}: ${shown}`)
    const entry = [there.address, 'lladdr', hardware, 'dev', here.device, 'nud', 'reachable']
    await command('ip', ['-n', here.namespace, 'neighbour', 'replace', ...entry])
  }
}

/** Private addresses by seed: `subnet(1, 2)` is host 2 of the second subnet. */
function pickSubnet(random: Random, family: Family): (subnet: number, host: number) => string {
  const first = random.int(1, 200)
  if (family === 6) {
    const site = random.int(0x1000, 0xfff0).toString(16)
    return (subnet, host) => `fd${first.toString(16).padStart(2, '0')}:${site}:${subnet + 1}::${host}`
  }
  const second = random.int(1, 200)
  const start = random.pick([`10.${second}`, `172.${16 + (second % 16)}`, '192.168'])
  return (subnet, host) => `${start}.${first + subnet}.${host}`
}

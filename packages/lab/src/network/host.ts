import { command } from '../command.ts'
import { enterArguments, namespacePath } from './namespace.ts'

export type Family = 4 | 6

/** One machine of the network: a namespace with addresses of its own. */
export interface Host {
  readonly role: string
  readonly namespace: string
  readonly path: string
  readonly family: Family
  /** Its first address; a router has one per link. */
  readonly address: string
  readonly addresses: readonly string[]
  /** `address:port` as a URL wants it. */
  at(port: number): string
  /** Runs a program of the system inside, to its end. */
  run(program: string, args: readonly string[], input?: string): Promise<string>
  /** `net.ipv4.tcp_retries2` and the like, for this host alone. */
  sysctl(settings: Readonly<Record<string, string | number>>): Promise<void>
  /** Adds nftables rules. */
  nft(rules: string): Promise<void>
}

export function createHost(
  role: string,
  namespace: string,
  family: Family,
  addresses: readonly [string, ...string[]],
): Host {
  const run = (program: string, args: readonly string[], input?: string) =>
    command('nsenter', [...enterArguments(namespace), program, ...args], input)
  return {
    role,
    namespace,
    path: namespacePath(namespace),
    family,
    address: addresses[0],
    addresses,
    at: (port) => (family === 6 ? `[${addresses[0]}]:${port}` : `${addresses[0]}:${port}`),
    run,
    async sysctl(settings) {
      const pairs = Object.entries(settings).map(([name, value]) => `${name}=${value}`)
      await run('sysctl', ['-qw', ...pairs])
    },
    async nft(rules) {
      await run('nft', ['-f', '-'], rules)
    },
  }
}

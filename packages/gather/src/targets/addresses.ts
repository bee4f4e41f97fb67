import { readText } from './proc.ts'
import { runProgram } from './run-program.ts'

/** Addresses in a process's network namespace, loopback left out: read from outside, without a program in the target. */
export async function addressesOfProcess(pid: number): Promise<string[]> {
  const [trie, inet6] = await Promise.all([
    readText(`/proc/${pid}/net/fib_trie`),
    readText(`/proc/${pid}/net/if_inet6`),
  ])
  return [...ipv4Addresses(trie ?? ''), ...ipv6Addresses(inet6 ?? '')]
}

export type NamespaceAddresses =
  | { readonly ok: true; readonly addresses: readonly string[] }
  | { readonly ok: false; readonly says: string }

/** The same for a namespace with a name only. `nsenter` answers at once whether it is a network namespace at all. */
export async function addressesOfNamespace(path: string): Promise<NamespaceAddresses> {
  const enter = [`--net=${path}`, '--', 'cat', '/proc/self/net/fib_trie', '/proc/self/net/if_inet6']
  const answer = await runProgram('nsenter', enter)
  // Without IPv6 the second file is missing, and `cat` fails after the first.
  if (answer.ok)
    return { ok: true, addresses: [...ipv4Addresses(answer.value), ...ipv6Addresses(answer.value)] }
  const onlyFirst = await runProgram('nsenter', enter.slice(0, -1))
  return onlyFirst.ok ? { ok: true, addresses: ipv4Addresses(onlyFirst.value) } : onlyFirst
}

/** net/ipv4/fib_trie.c: a leaf `|-- ADDRESS`, then `/32 host LOCAL` for each address that is this host's own. */
function ipv4Addresses(trie: string): string[] {
  const found = new Set<string>()
  let leaf: string | undefined
  for (const line of trie.split('\n')) {
    leaf = /\|-- (\d+\.\d+\.\d+\.\d+)$/.exec(line)?.[1] ?? leaf
    if (leaf !== undefined && !leaf.startsWith('127.') && /^\s+\/32 host LOCAL/.test(line)) found.add(leaf)
  }
  return [...found]
}

/** net/ipv6/addrconf.c if6_seq_show(): address, interface, prefix length, scope, flags, name. Scope 10 is loopback. */
function ipv6Addresses(table: string): string[] {
  return [...table.matchAll(/^([0-9a-f]{32}) [0-9a-f]+ [0-9a-f]+ ([0-9a-f]+) [0-9a-f]+ +\S+$/gm)]
    .filter(([, , scope]) => scope !== '10')
    .map(([, digits]) => ipv6Text(digits ?? ''))
}

/** RFC 5952: as `URL` writes a host, without its brackets. */
function ipv6Text(digits: string): string {
  const groups = digits.match(/.{4}/g) ?? []
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1)
}

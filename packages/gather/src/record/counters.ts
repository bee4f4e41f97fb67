import type { Namespace } from './namespace.ts'
import type { Programs } from './programs.ts'

/** The kernel's counters of a namespace, by the names that nstat gives them. */
export type KernelCounters = ReadonlyMap<string, bigint>

const FILES = ['/proc/net/snmp', '/proc/net/netstat', '/proc/net/snmp6']
const MAX_BYTES = 1 << 20

/** Reads what nstat reads, without needing it. */
export async function readCounters(namespace: Namespace, programs: Programs): Promise<KernelCounters> {
  const text = await programs
    .output(namespace.command('cat', FILES), MAX_BYTES)
    // Without IPv6 there is no snmp6.
    .catch(() => programs.output(namespace.command('cat', FILES.slice(0, 2)), MAX_BYTES))
  return parseCounters(text.toString('latin1'))
}

/** What moved between two readings, in the form of `nstat`; a header says whose and over how long. */
export function counterDifferences(
  who: string,
  before: KernelCounters,
  after: KernelCounters,
  end: { readonly atMs: number; readonly overMs: number },
): string {
  const at = new Date(end.atMs).toISOString()
  const moved = Array.from(after, ([name, value]) => [name, value - (before.get(name) ?? 0n)] as const)
    .filter(([, difference]) => difference !== 0n)
    .map(([name, difference]) => `${name.padEnd(32)}${difference}`)
  return [`# ${who} (${at}; delta over ${(end.overMs / 1e3).toFixed(1)} s)`, ...moved, ''].join('\n')
}

/** Pairs of lines, `Tcp: RtoAlgorithm …` and `Tcp: 1 …`; snmp6 has a name and a value a line. */
function parseCounters(text: string): KernelCounters {
  const counters = new Map<string, bigint>()
  let names: readonly string[] = []
  for (const line of text.split('\n')) {
    const [first = '', ...words] = line.trim().split(/\s+/)
    if (!first.endsWith(':')) {
      if (words.length === 1) add(first, words[0])
      continue
    }
    if (words.every((word) => /^-?\d+$/.test(word))) {
      for (const [index, name] of names.entries()) add(first.slice(0, -1) + name, words[index])
      names = []
    } else names = words
  }
  return counters

  function add(name: string, value: string | undefined): void {
    if (value !== undefined && /^-?\d{1,20}$/.test(value)) counters.set(name, BigInt(value))
  }
}

import { connection, ethernet, type Link, type Packet } from '../build/index.ts'
import type { Hosts } from './built/case.ts'
import { FRAGMENTS } from './built/fragments.ts'
import { IDENTITY } from './built/identity.ts'
import { LENGTHS } from './built/lengths.ts'
import { linkCases } from './built/links.ts'
import { QUOTES } from './built/quotes.ts'
import { tunnelCases } from './built/tunnels.ts'

/** One question about what makes a stream or counts as a RST, as a capture of its own. */
export interface BuiltCapture {
  readonly name: string
  readonly packets: readonly Packet[]
  readonly link: Link
  readonly snap?: number
  /** Where whyreset and tshark are known to answer differently, and why. */
  readonly differs?: string
}

/** Every case of the lists, the n-th with the hosts 10.1.n.1 and 10.1.n.2. */
export function builtCaptures(): BuiltCapture[] {
  const cases = [...IDENTITY, ...LENGTHS, ...FRAGMENTS, ...QUOTES, ...linkCases(), ...tunnelCases()]
  return cases.map(({ name, write, link = ethernet(), ...rest }, index) => {
    const packets = write(hostsOf(index)).flatMap((part) => ('packets' in part ? part.packets : part))
    return { name, packets, link, ...rest }
  })
}

function hostsOf(index: number): Hosts {
  const [client, server] = [`10.1.${index}.1`, `10.1.${index}.2`]
  return {
    client,
    four: (options) => connection({ client: `${client}:40000`, server: `${server}:8080`, ...options }),
    six: (options) =>
      connection({ client: `[fd00:${index}::1]:40000`, server: `[fd00:${index}::2]:8080`, ...options }),
  }
}

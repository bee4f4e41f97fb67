import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Connections whose reset the kernel traced (`tcp:tcp_send_reset`), by sender's address and the kernel's reason. */
export interface KernelReset {
  readonly from: string
  readonly state: string
  readonly reason: string
  readonly connections: number
}

const EVENT =
  /tcp_send_reset: .*?src=(?<from>\S+):(?<port>\d+) dest=(?<to>\S+) state=(?<state>\S+) reason=(?<reason>\S+)/
const FILE = 'kernel-resets.txt'

/**
 * Counts what the kernel itself says of the resets in a recorded folder, each connection once: it confirms a label
 * independently of any analysis. Events of a listener name no peer; such are counted singly. Empty where the kernel
 * prints no reasons (before Linux 6.10).
 */
export function tallyKernelResets(directory: string): readonly KernelReset[] {
  const counts = new Map<string, { reset: Omit<KernelReset, 'connections'>; connections: Set<string> }>()
  for (const [index, line] of linesOf(directory).entries()) {
    const { from, port, to, state, reason } = EVENT.exec(line)?.groups ?? {}
    if (from === undefined || state === undefined || reason === undefined || to === undefined) continue
    const peerless = /^(?:0\.0\.0\.0|\[::\]):/.test(to)
    const key = `${from} ${state} ${reason}`
    const entry = counts.get(key) ?? {
      reset: { from: plain(from), state, reason },
      connections: new Set<string>(),
    }
    entry.connections.add(peerless ? `${index}` : `${port} ${to}`)
    counts.set(key, entry)
  }
  return Array.from(counts.values(), ({ reset, connections }) => ({
    ...reset,
    connections: connections.size,
  })).toSorted((a, b) => b.connections - a.connections)
}

/** The kernel prints the address of an IPv6 socket that speaks IPv4 as `[::ffff:10.0.0.1]`. */
function plain(address: string): string {
  return address.replace(/^\[::ffff:(\d+\.\d+\.\d+\.\d+)\]$/i, '$1')
}

function linesOf(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(FILE) && existsSync(join(directory, path)))
    .flatMap((path) => readFileSync(join(directory, path), 'utf8').split('\n'))
}

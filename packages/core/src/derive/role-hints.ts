import type { SocketTable } from '../read/socket-table/socket-row.ts'
import type { RoleHints } from './decide-servers.ts'
import type { HostIndex } from './host-index.ts'

const ANY_ADDRESS: readonly string[] = ['*', '0.0.0.0', '::']

type Tables = readonly { readonly tables: readonly SocketTable[] }[]

/** Who serves on which port: by the socket tables, and by handshakes in the captures. */
export function roleHints(inputs: Tables, service: HostIndex['service']): RoleHints {
  return {
    isListening: listeners(inputs),
    hasServed: (address, port) => (service(address, port)?.lastEstablishedNs ?? -Infinity) > -Infinity,
  }
}

/**
 * Whether the socket tables show a listener there. One on any address is one of its own host; whose it is shows by the
 * other addresses in that host's tables.
 */
export function listeners(inputs: Tables): RoleHints['isListening'] {
  const listening = new Set<string>()
  const places = new Map<string, { readonly own: Set<string>; readonly listening: Set<number> }>()
  for (const [index, { tables }] of inputs.entries()) {
    for (const { who, rows } of tables) {
      const name = who ?? `input ${index}`
      const place = places.get(name) ?? { own: new Set(), listening: new Set() }
      places.set(name, place)
      for (const { state, local } of rows) {
        const { address, port } = local
        const isAny = address === undefined || ANY_ADDRESS.includes(address)
        if (!isAny) place.own.add(address)
        if (state !== 'LISTEN' || port === undefined) continue
        if (isAny) place.listening.add(port)
        else listening.add(`${address} ${port}`)
      }
    }
  }
  const isListeningOnAny = (address: string, port: number): boolean => {
    const all = [...places.values()]
    const own = all.filter((place) => place.own.has(address))
    return (own.length > 0 ? own : all).some((place) => place.listening.has(port))
  }
  return (address, port) => listening.has(`${address} ${port}`) || isListeningOnAny(address, port)
}

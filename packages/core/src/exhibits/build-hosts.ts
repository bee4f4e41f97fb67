import type { Timed, Timeline } from '../derive/timeline.ts'
import type { SocketRow, SocketTable } from '../read/socket-table/socket-row.ts'
import { delta } from './deltas.ts'
import type { HostSockets, SocketGroup } from './hosts-exhibit.ts'
import { MAX_SOCKET_GROUPS, MAX_TEXT } from './limits.ts'

const MAX_HOSTS = 50
/** Of more, evenly taken ones: as wide as the widest picture. */
const MAX_SAMPLES = 1_000
const MAX_ADDRESSES = 16

interface GroupDraft {
  readonly head: Pick<SocketGroup, 'process' | 'pid' | 'peer' | 'localPort'>
  readonly established: number[]
  readonly closeWait: number[]
  readonly unread: number[]
}

type Table = Timed<SocketTable> & { readonly ns: number }

/** Who held which sockets, over time: one entry for each host whose tables have a time. */
export function buildHosts({ tables }: Timeline): HostSockets[] {
  const hosts = new Map<string, Table[]>()
  for (const table of tables) {
    const { ns } = table
    if (ns === undefined) continue
    const key = `${table.who ?? ''} ${table.who === undefined ? firstAddress(table) : ''}`
    const known = hosts.get(key)
    if (known === undefined) hosts.set(key, [{ ...table, ns }])
    else known.push({ ...table, ns })
  }
  return [...hosts.values()].slice(0, MAX_HOSTS).map((each) => hostOf(thin(each)))
}

function hostOf(tables: readonly Table[]): HostSockets {
  const { length } = tables
  const zeros = (): number[] => Array.from({ length }, () => 0)
  const states = new Map<string, number[]>()
  const groups = new Map<string, GroupDraft>()
  const addresses = new Set<string>()
  for (const [sample, { rows }] of tables.entries()) {
    const listening = new Set(rows.filter(({ state }) => state === 'LISTEN').map(({ local }) => local.port))
    for (const row of rows) {
      let counts = states.get(row.state)
      if (counts === undefined) {
        counts = zeros()
        states.set(row.state, counts)
      }
      counts[sample] = (counts[sample] ?? 0) + 1
      if (row.state === 'LISTEN') continue
      if (addresses.size < MAX_ADDRESSES) addresses.add(row.local.address)
      const head = headOf(row, listening)
      const key = JSON.stringify(head)
      let group = groups.get(key)
      if (group === undefined) {
        group = { head, established: zeros(), closeWait: zeros(), unread: zeros() }
        groups.set(key, group)
      }
      note(group, sample, row)
    }
  }
  const ranked = [...groups.values()]
    .map((group) => ({
      group,
      closeWait: Math.max(...group.closeWait),
      open: Math.max(...group.established),
    }))
    .filter(({ closeWait, open }) => closeWait + open > 0)
    .toSorted((x, y) => y.closeWait - x.closeWait || y.open - x.open)
  const who = tables[0]?.who
  return {
    ...(who === undefined ? {} : { who: who.slice(0, MAX_TEXT) }),
    addresses: [...addresses],
    timesNs: delta(tables.map(({ ns }) => Math.round(ns))),
    input: tables.map(({ input }) => input),
    states: Object.fromEntries([...states].toSorted(([x], [y]) => (x < y ? -1 : 1))),
    groups: ranked
      .slice(0, MAX_SOCKET_GROUPS)
      .map(({ group: { head, ...columns } }) => ({ ...head, ...columns })),
    groupsOmitted: Math.max(0, ranked.length - MAX_SOCKET_GROUPS),
  }
}

/** A server's sockets by the client's host and the own port, a client's by the server and its port. */
function headOf(
  { local, peer, processes }: SocketRow,
  listening: ReadonlySet<number | undefined>,
): GroupDraft['head'] {
  const [first] = processes ?? []
  const isServer = local.port !== undefined && listening.has(local.port)
  return {
    ...(first === undefined ? {} : { process: first.name.slice(0, MAX_TEXT) }),
    ...(first?.pid === undefined ? {} : { pid: first.pid }),
    peer: isServer || peer.port === undefined ? peer.address : `${peer.address}:${peer.port}`,
    ...(isServer && local.port !== undefined ? { localPort: local.port } : {}),
  }
}

function note(group: GroupDraft, sample: number, { state, recvQ = 0 }: SocketRow): void {
  const add = (column: number[], count: number): void => {
    column[sample] = (column[sample] ?? 0) + count
  }
  if (state === 'ESTABLISHED') add(group.established, 1)
  if (state === 'CLOSE-WAIT') add(group.closeWait, 1)
  // A CLOSE-WAIT socket's FIN counts 1.
  if (state === 'ESTABLISHED' || state === 'CLOSE-WAIT')
    add(group.unread, state === 'CLOSE-WAIT' ? Math.max(0, recvQ - 1) : recvQ)
}

function firstAddress({ rows }: SocketTable): string {
  return rows.find(({ state }) => state !== 'LISTEN')?.local.address ?? ''
}

function thin(tables: readonly Table[]): readonly Table[] {
  if (tables.length <= MAX_SAMPLES) return tables
  return Array.from(
    { length: MAX_SAMPLES },
    (_, index) => tables[Math.floor((index * (tables.length - 1)) / (MAX_SAMPLES - 1))],
  ).filter((table) => table !== undefined)
}

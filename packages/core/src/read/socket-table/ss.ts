import { parseEndpoint } from '../endpoint.ts'
import { type RowFields, readCount } from './row-draft.ts'
import type { TcpState } from './socket-row.ts'
import { tcpState } from './tcp-states.ts'

/** The column line; `ss -tn state X` leaves out State, `ss -an` adds Netid (iproute2 misc/ss.c). */
export function isSsHeader(text: string): boolean {
  return /^\s*(?:Netid\s+)?(?:State\s+)?Recv-Q\s+Send-Q\s+Local Address:Port\s/.test(text)
}

/** A row of ss may have no state: the table then holds sockets of one state only. */
export type SsFields = Omit<RowFields, 'state'> & { state?: TcpState }

/** What a line of `ss` holds: a TCP socket, one of another protocol, a TCP socket cut short, or nothing of ss. */
export type SsLine =
  | { readonly kind: 'row'; readonly fields: SsFields }
  | { readonly kind: 'other-protocol' | 'damaged' }

const NETIDS =
  /^(?:tcp|mptcp|udp|udplite|raw|icmp6|dccp|sctp|tipc|xdp|nl|u_str|u_dgr|u_seq|p_raw|p_dgr|v_str|v_dgr|unknown|\?\?\?)$/

export function readSsLine(text: string): SsLine | undefined {
  const users = findUsers(text)
  const words = text.slice(0, users?.start).trim().split(/\s+/, 7)
  const netid = NETIDS.exec(words[0] ?? '')?.[0]
  if (netid !== undefined) words.shift()
  const state = tcpState(words[0] ?? '')
  if (state !== undefined) words.shift()
  const recvQ = readCount(words[0])
  const sendQ = readCount(words[1])
  if (recvQ === undefined || sendQ === undefined) {
    if (netid !== undefined && netid !== 'tcp' && words.length > 3) return { kind: 'other-protocol' }
    return undefined
  }
  if (netid !== undefined && netid !== 'tcp') return { kind: 'other-protocol' }
  const local = parseEndpoint(words[2] ?? '')
  const peer = parseEndpoint(words[3] ?? '')
  if (local === undefined || peer === undefined) return state === undefined ? undefined : { kind: 'damaged' }
  // Without a state only addresses tell a row from other text: `12 7 at:10 by:30` is none.
  if (state === undefined && !/^[\d*[:]/.test(words[2] ?? '')) return undefined
  const fields: SsFields = { recvQ, sendQ, local, peer }
  if (state !== undefined) fields.state = state
  addSsDetails(fields, text)
  const implied = state ?? impliedState(fields, text)
  if (implied !== undefined) fields.state = implied
  return { kind: 'row', fields }
}

/** A line below a row that belongs to it: indented, or wrapped to a narrow terminal. */
export function isSsContinuation(text: string): boolean {
  return /^(?:\s|users:\(|timer:\(|uid:|ino:|skmem:\()/.test(text)
}

/** Adds the owners and the figures of `-o`, `-e` and `-i`: on the row's own line, or on the indented line below it. */
export function addSsDetails(fields: SsFields, text: string): void {
  const users = findUsers(text)
  if (users !== undefined) fields.processes = users.processes
  const timer = /\btimer:\((\w{1,20}),([^,)]{0,32}),(\d{1,10})\)/.exec(text)
  const ms = readTimerMs(timer?.[2])
  if (timer?.[1] !== undefined) {
    fields.timer = { kind: timer[1], ...(ms !== undefined && { ms }), retransmits: Number(timer[3]) }
  }
  for (const word of text.split(/\s+/)) {
    const colon = word.indexOf(':')
    if (colon > 0) addFigure(fields, word.slice(0, colon), word.slice(colon + 1))
  }
  // ss prints `uid:` for all but root (sock_details_print), and `ino:` always.
  if (fields.inode !== undefined && fields.uid === undefined && /\sino:[1-9]/.test(text)) fields.uid = 0
}

function addFigure(fields: SsFields, name: string, value: string): void {
  if (name === 'sk') {
    if (/^[\da-f]{1,16}$/i.test(value)) fields.cookie = value
    return
  }
  // `retrans:2/7`: segments under retransmission now, and ever; the second is what the connection suffered.
  const count = readCount(name === 'retrans' ? value.replace(/^\d+\//, '') : value)
  if (count === undefined) return
  if (name === 'uid') fields.uid = count
  else if (name === 'ino' && count > 0) fields.inode = count
  // Nothing was sent or received yet: the kernel counts from its own start.
  else if (fields.state === 'SYN-SENT' && name.startsWith('last')) return
  else if (name === 'lastsnd') fields.lastSentMs = count
  else if (name === 'lastrcv') fields.lastReceivedMs = count
  else if (name === 'lastack') fields.lastAckMs = count
  else if (name === 'unacked') fields.unacknowledgedSegments = count
  else if (name === 'retrans') fields.retransmits = count
  else if (name === 'bytes_received') fields.bytesReceived = count
  else if (name === 'bytes_acked') fields.bytesAcknowledged = count
}

/** `4min57sec`, `54sec`, `204ms`, `2.116ms` (2,116 ms: ss writes the unit of the last part), empty for 0. */
function readTimerMs(text: string | undefined): number | undefined {
  const match =
    text === undefined
      ? null
      : /^(?:(\d{1,6})min)?(?:(\d{1,3})(?:sec|\.(?=\d{3}ms)))?(?:(\d{1,3})ms)?$/.exec(text)
  if (match === null) return undefined
  return Number(match[1] ?? 0) * 60_000 + Number(match[2] ?? 0) * 1000 + Number(match[3] ?? 0)
}

/** `("nginx: worker",pid=718,fd=6)`; `-T` adds tid, `-Z` proc_ctx; before iproute2 3.18 `("nginx",718,6)`. */
const USER =
  /\("(.{0,64}?)",(?:pid=)?(\d{1,10})(?:,tid=\d{1,10})?(?:,proc_ctx=[^,]{0,200})?,(?:fd=)?(\d{1,10})/g

function findUsers(
  text: string,
): { start: number; processes: { name: string; pid: number; fd: number }[] } | undefined {
  const start = text.indexOf('users:((')
  if (start < 0) return undefined
  const processes = Array.from(text.slice(start).matchAll(USER), ([, name = '', pid = '', fd]) => ({
    // A process may call itself nothing (prctl PR_SET_NAME): its id is what is left.
    name: name.trim() === '' ? `pid ${pid}` : name,
    pid: Number(pid),
    fd: Number(fd),
  }))
  return { start, processes }
}

/**
 * The state of a row in a table without a State column, where the row itself tells: a peer without port is a
 * listener's, TIME-WAIT has its timer, and `-e` draws which directions are shut down (`-->`: the peer closed).
 */
function impliedState(fields: SsFields, text: string): TcpState | undefined {
  if (fields.peer.port === undefined) return 'LISTEN'
  if (fields.timer?.kind === 'timewait') return 'TIME-WAIT'
  if (/\s-->(?:\s|$)/.test(text)) return 'CLOSE-WAIT'
  if (/\s<->(?:\s|$)/.test(text)) return 'ESTABLISHED'
  return undefined
}

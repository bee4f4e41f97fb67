import { type Endpoint, parseDottedEndpoint, parseEndpoint } from '../endpoint.ts'
import { type RowDraft, type RowFields, readCount } from './row-draft.ts'
import { tcpState } from './tcp-states.ts'

/** `Active Internet connections …` (Linux, busybox, BSD), `Active Connections` (Windows). */
export function isNetstatTitle(text: string): boolean {
  return /^\s*(?:Active Internet connections|Active Connections\s*$|Aktive (?:Internet)?[Vv]erbindungen|活动连接)/.test(
    text,
  )
}

/** The column line, whose first words no language translates except Windows. */
export function isNetstatHeader(text: string): boolean {
  return (
    /^(?:Proto|Socket\s+Proto)\s+Recv-Q\s+Send-Q\s/.test(text) ||
    /^\s*(?:Proto|协议)\s+(?:Local Address|Lokale Adresse|Adresse locale|Dirección local|Endereço local|本地地址)\s/.test(
      text,
    )
  )
}

/** Where the pid stands among the words after the state in macOS's `netstat -v`; undefined when there is none. */
export function macosPidColumn(header: string): number | undefined {
  const after = /\(state\)\s+(.*)$/.exec(header)?.[1]
  const column = after?.trim().split(/\s+/).indexOf('pid') ?? -1
  return column < 0 ? undefined : column
}

/** An end that may have been cut to its column's width: decided when the whole table is known. */
export interface DoubtfulEnd {
  readonly side: 'local' | 'peer'
  /** As printed, without the port. */
  readonly host: string
  readonly port?: number
}

export type NetstatLine =
  | {
      readonly kind: 'row'
      readonly fields: RowFields
      readonly doubtful: readonly DoubtfulEnd[]
      readonly wide: boolean
    }
  | { readonly kind: 'damaged' }

export function readNetstatLine(text: string, pidColumn?: number): NetstatLine | undefined {
  const unix = /^\s*tcp(?:4|6|46|64)?\s+(\d{1,15})\s+(\d{1,15})\s+(\S+)\s+(\S+)\s+(\S+)(.*)$/.exec(text)
  if (unix !== null) return readUnixRow(unix, pidColumn)
  const windows = /^\s*TCP\s+(\S+)\s+(\S+)\s+(\S+)(?:\s+(\d{1,10}))?(?:\s+[A-Za-z]\w*)?\s*$/.exec(text)
  if (windows !== null) return readWindowsRow(windows)
  return /^\s*tcp(?:4|6|46|64)?\s+\d+\s+\d+\s+\S+(?:\s+\S*)?\s*$/.test(text) ? { kind: 'damaged' } : undefined
}

function readUnixRow(match: RegExpExecArray, pidColumn: number | undefined): NetstatLine | undefined {
  const [, recvQ, sendQ, localText = '', peerText = '', stateText = '', rest = ''] = match
  const state = tcpState(stateText)
  const local = readEnd(localText, 'local')
  const peer = readEnd(peerText, 'peer')
  if (local === undefined || peer === undefined) return { kind: 'damaged' }
  // `ss -an state X` also prints `tcp 0 0 local peer`, then its own details.
  if (state === undefined) return /[:(]/.test(stateText) ? undefined : { kind: 'damaged' }
  const fields: RowFields = { state, local: local.end, peer: peer.end }
  // A listener's queues are ss's to tell: here Send-Q is always 0, and on BSD Recv-Q too (net/ipv4/tcp_ipv4.c get_tcp4_sock).
  if (state !== 'LISTEN' || !local.dotted) fields.recvQ = Number(recvQ)
  if (state !== 'LISTEN') fields.sendQ = Number(sendQ)
  if (local.dotted) addMacosOwner(fields, rest, pidColumn)
  else addLinuxOwner(fields, rest)
  return {
    kind: 'row',
    fields,
    doubtful: [local.doubtful, peer.doubtful].filter((end) => end !== undefined),
    wide: local.wide || peer.wide,
  }
}

function readWindowsRow(match: RegExpExecArray): NetstatLine | undefined {
  const [, localText = '', peerText = '', stateText = '', pid] = match
  const state = tcpState(stateText)
  const local = parseEndpoint(localText)
  const peer = parseEndpoint(peerText)
  if (local === undefined || peer === undefined) return undefined
  if (state === undefined) return { kind: 'damaged' }
  const fields: RowFields = { state, local, peer }
  // 0 is the idle process, to which Windows gives connections in TIME_WAIT.
  if (pid !== undefined && Number(pid) > 0) fields.processes = [unnamedProcess(Number(pid))]
  return { kind: 'row', fields, doubtful: [], wide: false }
}

/** net-tools and old busybox cut address and port to 22 characters together, and put the colon between. */
const LINUX_CUT_LENGTH = 23
/** BSD and macOS cut the address alone (`%.16s.`, usr.bin/netstat/inet.c inetprint). */
const BSD_CUT_LENGTH = 16

interface ReadEnd {
  readonly end: Endpoint
  readonly dotted: boolean
  readonly wide: boolean
  readonly doubtful?: DoubtfulEnd
}

function readEnd(text: string, side: 'local' | 'peer'): ReadEnd | undefined {
  const dotted = text.lastIndexOf('.') > text.lastIndexOf(':')
  const at = dotted ? text.lastIndexOf('.') : text.lastIndexOf(':')
  const host = text.slice(0, at)
  const end = dotted ? parseDottedEndpoint(text) : parseEndpoint(text)
  const v6 = /^[\da-f:%]*:[\w:%]*$/i.test(host) && !/\./.test(host)
  const length = dotted ? host.length : text.length
  const limit = dotted ? BSD_CUT_LENGTH : LINUX_CUT_LENGTH
  if (!v6 || length !== limit)
    return end === undefined ? undefined : { end, dotted, wide: v6 && length > limit }
  const port = readCount(text.slice(at + 1))
  const doubtful = { side, host, ...(port !== undefined && port > 0 && { port }) }
  return { end: end ?? cutEnd(doubtful), dotted, wide: false, doubtful }
}

/** What is left of a cut address is marked, so that it is never taken for a whole one. */
function cutEnd(end: DoubtfulEnd): Endpoint {
  return { address: `${end.host}…`, ...(end.port !== undefined && { port: end.port }) }
}

/**
 * Decides about ends of exactly the cut length. A table with a longer one was not cut (`-W`, `-l`); otherwise they
 * are marked as cut. Returns how many rows are marked.
 */
export function settleDoubtfulEnds(
  rows: ReadonlyMap<RowDraft, readonly DoubtfulEnd[]>,
  wide: boolean,
): number {
  if (wide) return 0
  for (const [row, ends] of rows) {
    for (const end of ends) row[end.side] = cutEnd(end)
  }
  return rows.size
}

/** What follows the state on Linux: [user inode] [pid/program] [timer]. */
function addLinuxOwner(fields: RowFields, rest: string): void {
  const timer =
    /\s(off|on|keepalive|timewait|probe)\s+\((\d{1,9})[.,](\d\d)\/(\d{1,9})\/(\d{1,9})\)\s*$/.exec(rest)
  if (timer !== null && timer[1] !== 'off') {
    const [, kind = '', seconds, hundredths, retransmits, probes] = timer
    fields.timer = {
      // ss calls it persist.
      kind: kind === 'probe' ? 'persist' : kind,
      ms: Number(seconds) * 1000 + Number(hundredths) * 10,
      retransmits: Number(kind === 'on' ? retransmits : probes),
    }
  }
  let owner = rest.slice(0, timer?.index).trim()
  const account = /^([\w.$-]{1,32})\s+(\d{1,15})(?:\s+|$)/.exec(owner)
  if (account !== null) {
    const uid = readCount(account[1])
    const inode = Number(account[2])
    // A TIME-WAIT socket has lost its owner: both are printed as 0.
    if (inode > 0) {
      fields.inode = inode
      if (uid !== undefined) fields.uid = uid
    }
    owner = owner.slice(account[0].length)
  }
  const program = /^(\d{1,10})\/(.{1,64})/.exec(owner)
  const name = program?.[2]?.trim()
  const pid = Number(program?.[1])
  if (name !== undefined) fields.processes = [name === '' ? unnamedProcess(pid) : { name, pid }]
}

function addMacosOwner(fields: RowFields, rest: string, pidColumn: number | undefined): void {
  if (pidColumn === undefined) return
  const pid = readCount(rest.trim().split(/\s+/, pidColumn + 1)[pidColumn])
  if (pid !== undefined && pid > 0) fields.processes = [unnamedProcess(pid)]
}

/** macOS and Windows print the pid alone. */
function unnamedProcess(pid: number): { name: string; pid: number } {
  return { name: `pid ${pid}`, pid }
}

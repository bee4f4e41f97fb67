import { endpoint, formatAddress } from '../endpoint.ts'
import { type RowDraft, type RowFields } from './row-draft.ts'
import { numberedTcpState } from './tcp-states.ts'

/** The column line of /proc/net/tcp and tcp6; those of udp and raw end in `ref pointer drops`. */
export function isProcNetHeader(text: string): boolean {
  return /^\s*sl\s+local_address\s+rem(?:ote)?_address\s+st\s/.test(text)
}

export function isOtherProcNetHeader(text: string): boolean {
  return isProcNetHeader(text) && /\bdrops\s*$/.test(text)
}

/** Both addresses of a row as printed: which byte comes first is only known from the whole table. */
export interface HexEnds {
  readonly local: string
  readonly peer: string
}

export type ProcNetLine =
  | { readonly kind: 'row'; readonly fields: RowFields; readonly hex: HexEnds; readonly family: 4 | 6 }
  | { readonly kind: 'damaged' }

/** A row (Documentation/networking/proc_net_tcp.rst). */
export function readProcNetLine(text: string): ProcNetLine | undefined {
  const match =
    /^\s*\d{1,10}: ([\dA-F]{8}|[\dA-F]{32}):([\dA-F]{4}) ([\dA-F]{8}|[\dA-F]{32}):([\dA-F]{4}) ([\dA-F]{2}) ([\dA-F]{8}):([\dA-F]{8}) ([\dA-F]{2}):([\dA-F]{8}) ([\dA-F]{8})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,15})(?:\s|$)/i.exec(
      text,
    )
  if (match === null)
    return /^\s*\d{1,10}: [\dA-F]{8,32}(?::[\dA-F]{0,4} |$)/i.test(text) ? { kind: 'damaged' } : undefined
  const [, local = '', localPort = '', peer = '', peerPort = '', stateHex = '', txQueue = '', rxQueue = ''] =
    match
  const [timerHex = '', whenHex = '', retransmitsHex = '', uid, probes, inode] = match.slice(8)
  const state = numberedTcpState(fromHex(stateHex))
  if (state === undefined || local.length !== peer.length) return { kind: 'damaged' }
  const fields: RowFields = {
    state,
    recvQ: fromHex(rxQueue),
    local: endpoint(decodeAddress(local, true), fromHex(localPort)),
    peer: endpoint(decodeAddress(peer, true), fromHex(peerPort)),
  }
  // The backlog limit of a listener is not printed here: the field is 0.
  if (state !== 'LISTEN') fields.sendQ = fromHex(txQueue)
  // A TIME-WAIT socket has lost its owner: both are printed as 0.
  if (Number(inode) > 0) {
    fields.inode = Number(inode)
    fields.uid = Number(uid)
  }
  const kind = TIMERS[fromHex(timerHex)]
  if (kind !== undefined) {
    const retransmits = kind === 'on' ? fromHex(retransmitsHex) : Number(probes)
    fields.timer = { kind, ms: fromHex(whenHex) * MS_PER_TICK, retransmits }
  }
  return { kind: 'row', fields, hex: { local, peer }, family: local.length === 8 ? 4 : 6 }
}

/** `tr` column: 1 retransmission, 2 keepalive, 3 TIME-WAIT, 4 zero-window probe; in the words of ss. */
const TIMERS: readonly (string | undefined)[] = [undefined, 'on', 'keepalive', 'timewait', 'persist']

/** `tm->when` is in USER_HZ, 100 on every architecture but alpha and ia64 (include/asm-generic/param.h). */
const MS_PER_TICK = 10

/** Decodes a table again whose addresses make sense only as a big-endian machine's. */
export function settleByteOrder(rows: ReadonlyMap<RowDraft, HexEnds>): void {
  let littleEndian = 0
  for (const { local, peer } of rows.values()) {
    for (const hex of [local, peer]) littleEndian += plausibility(hex, true) - plausibility(hex, false)
  }
  if (littleEndian >= 0) return
  for (const [row, { local, peer }] of rows) {
    row.local = endpoint(decodeAddress(local, false), row.local.port)
    row.peer = endpoint(decodeAddress(peer, false), row.peer.port)
  }
}

/** How much an address looks like one that hosts use, when read in one of the two byte orders. */
function plausibility(hex: string, littleEndian: boolean): number {
  if (/^0+$/.test(hex)) return 0
  const bytes = toBytes(hex, littleEndian)
  const mapped =
    bytes.length === 16 &&
    bytes.slice(0, 10).every((byte) => byte === 0) &&
    bytes[10] === 0xff &&
    bytes[11] === 0xff
  const [a = 0, b = 0, c = 0, d = 0] = mapped ? bytes.slice(12) : bytes
  if (mapped || bytes.length === 4) {
    const sense = mapped ? 3 : 0
    if (a === 127) return sense + (b === 0 && c === 0 && d > 0 ? 3 : 1)
    if (a === 10 || (a === 192 && b === 168) || (a === 172 && b >= 16 && b < 32)) return sense + 2
    return sense + (a === 0 || a >= 224 ? -1 : 0)
  }
  const loopback = bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1
  const linkLocal = a === 0xfe && (b & 0xc0) === 0x80 && c === 0 && d === 0
  if (loopback || linkLocal) return 3
  return a >> 4 === 2 || a >> 1 === 0x7e ? 1 : 0
}

function decodeAddress(hex: string, littleEndian: boolean): string {
  return formatAddress(toBytes(hex, littleEndian))
}

/** Each 32-bit word is printed as a number of the machine: on a little-endian one its bytes come last first. */
function toBytes(hex: string, littleEndian: boolean): number[] {
  const bytes: number[] = []
  for (let word = 0; word < hex.length; word += 8) {
    for (let i = 0; i < 4; i++) {
      const at = word + 2 * (littleEndian ? 3 - i : i)
      bytes.push(fromHex(hex.slice(at, at + 2)))
    }
  }
  return bytes
}

function fromHex(text: string): number {
  return Number.parseInt(text, 16)
}

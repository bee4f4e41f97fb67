import { type Problem, problem } from '../../errors.ts'
import type { LineContext, LineReader } from '../line-reader.ts'
import type { LogTime } from '../log-time.ts'
import {
  type DoubtfulEnd,
  isNetstatHeader,
  isNetstatTitle,
  macosPidColumn,
  readNetstatLine,
  settleDoubtfulEnds,
} from './netstat.ts'
import {
  type HexEnds,
  isOtherProcNetHeader,
  isProcNetHeader,
  readProcNetLine,
  settleByteOrder,
} from './proc-net.ts'
import type { RowDraft } from './row-draft.ts'
import { readFileName, readTimeLine } from './snapshot-time.ts'
import type { SocketTable, TcpState } from './socket-row.ts'
import { addSsDetails, isSsContinuation, isSsHeader, readSsLine, type SsFields } from './ss.ts'
import { tcpState } from './tcp-states.ts'

/** Rows kept of one input, over all its snapshots: some 100 MB of objects. */
const MAX_ROWS = 250_000
/** Longer lines are no table's: ss prints 4 KiB for a socket that a hundred workers share. */
const MAX_LINE = 65_536

/**
 * Reads what ss, netstat and /proc/net/tcp[6] print, several snapshots in one file included: a column line that
 * repeats, a time on a line of its own, or the next `==> name <==` section begins another. Without any of these,
 * snapshots that were taken without column lines (`ss -H`) cannot be told apart.
 */
export function createSocketTableReader(fileName: string): LineReader<readonly SocketTable[]> {
  const tables: SocketTable[] = []
  let open = newTable(readFileName(fileName))
  let section: string | undefined
  let stateHint = hintInName(fileName)
  let kept = 0
  let omitted = 0

  function close(next: Pick<OpenTable, 'who' | 'at'>): void {
    if (open.format !== undefined) tables.push(settle(open, stateHint))
    open = newTable(next)
  }

  /** The end of a long record is where the incident is: whole snapshots give way to it. */
  function dropOldest(): void {
    const rows = tables.shift()?.rows.length ?? 0
    kept -= rows
    omitted += rows
  }

  /** The next snapshot of the same party. */
  function closeSnapshot(at?: LogTime): void {
    close({ ...(open.who !== undefined && { who: open.who }), ...(at !== undefined && { at }) })
  }

  function add(format: SocketTable['format'], fields: SsFields, line: number): RowDraft | undefined {
    if (open.format !== undefined && open.format !== format) closeSnapshot()
    open.format = format
    open.count++
    while (kept >= MAX_ROWS && tables.length > 0) dropOldest()
    if (kept >= MAX_ROWS) {
      omitted++
      return undefined
    }
    kept++
    const row: RowDraft = { row: open.count, line, state: 'ESTABLISHED', ...fields }
    if (fields.state === undefined) open.stateless.push(row)
    open.rows.push(row)
    return row
  }

  function readHeader(text: string): boolean {
    const header = headerKind(text)
    if (header === undefined) return false
    const format = header.startsWith('ss') ? 'ss' : header.startsWith('netstat') ? 'netstat' : 'proc-net-tcp'
    const otherFormat = open.format !== undefined && open.format !== format
    const headless = open.count > 0 && open.headers.size === 0
    // netstat prints a title, then the column line; only one of them may have survived a grep.
    const repeats = open.headers.has(header) || (header === 'netstat-title' && open.headers.has('netstat'))
    if (otherFormat || headless || repeats) closeSnapshot()
    open.lastRow = undefined
    open.skipping = header === 'proc-other'
    if (open.skipping) return true
    open.headers.add(header)
    open.format = format
    if (header === 'netstat') open.pidColumn = macosPidColumn(text)
    return true
  }

  function readRow(text: string, line: number): boolean {
    let damaged = false
    for (const format of formatsToTry(open.format)) {
      const found = readers[format](text, line)
      if (found === 'read') return true
      if (found === 'damaged') damaged = true
    }
    if (damaged) {
      open.damaged++
      open.firstDamaged ??= line
      open.lastRow = undefined
    }
    return damaged
  }

  const readers: Record<
    SocketTable['format'],
    (text: string, line: number) => 'read' | 'damaged' | undefined
  > = {
    ss(text, line) {
      const found = readSsLine(text)
      if (found === undefined) return undefined
      if (found.kind === 'damaged') return 'damaged'
      open.lastRow = found.kind === 'row' ? add('ss', found.fields, line) : undefined
      return 'read'
    },
    netstat(text, line) {
      const found = readNetstatLine(text, open.pidColumn)
      if (found === undefined || found.kind === 'damaged') return found?.kind
      const row = add('netstat', found.fields, line)
      if (row !== undefined && found.doubtful.length > 0) open.doubtful.set(row, found.doubtful)
      open.wide ||= found.wide
      open.lastRow = undefined
      return 'read'
    },
    'proc-net-tcp'(text, line) {
      const found = readProcNetLine(text)
      if (found === undefined || found.kind === 'damaged') return found?.kind
      if (open.skipping) return 'read'
      const row = add('proc-net-tcp', found.fields, line)
      if (row !== undefined) open.hex.set(row, found.hex)
      open.lastRow = undefined
      return 'read'
    },
  }

  return {
    line(whole: string, number: number, context: LineContext): void {
      const text = whole.length > MAX_LINE ? whole.slice(0, MAX_LINE) : whole
      if (context.section !== section) {
        section = context.section
        close(readFileName(section ?? ''))
        stateHint = hintInName(section ?? '') ?? stateHint
      }
      if (text.trim() === '') return
      if (open.at === undefined && context.wrapperTime !== undefined) open.at = context.wrapperTime
      if (readHeader(text)) return
      if (readRow(text, number)) return
      if (open.format === 'ss' && isSsContinuation(text)) {
        if (open.lastRow !== undefined) addSsDetails(open.lastRow, text)
        return
      }
      stateHint = hintInCommand(text) ?? stateHint
      const at = readTimeLine(text.trim())
      if (at === undefined) return
      if (open.format === undefined) open.at = at
      else closeSnapshot(at)
    },
    end(): readonly SocketTable[] {
      close({})
      const last = tables.pop()
      if (last === undefined) return tables
      if (omitted === 0) return [...tables, last]
      const which = tables.length > 0 ? { which: 'newest' as const } : {}
      const found = problem('records-omitted', { what: 'sockets', kept, omitted, ...which })
      const problems = [...last.problems, found]
      return [...tables, { ...last, problems }]
    },
  }
}

/** Whether a line is one that the reader would take for a column line or a row. */
export function looksLikeSocketTableLine(text: string): boolean {
  if (text.length > MAX_LINE) return false
  if (headerKind(text) !== undefined) return true
  const ss = readSsLine(text)
  return ss?.kind === 'row' || readNetstatLine(text)?.kind === 'row' || readProcNetLine(text)?.kind === 'row'
}

type HeaderKind = 'ss' | 'netstat-title' | 'netstat' | 'proc-4' | 'proc-6' | 'proc-other'

function headerKind(text: string): HeaderKind | undefined {
  if (isSsHeader(text)) return 'ss'
  if (isNetstatTitle(text)) return 'netstat-title'
  if (isNetstatHeader(text)) return 'netstat'
  if (isOtherProcNetHeader(text)) return 'proc-other'
  if (!isProcNetHeader(text)) return undefined
  // tcp6 has wider columns and says remote_address; `cat tcp tcp6` is one snapshot.
  return text.includes('remote_address') ? 'proc-6' : 'proc-4'
}

function formatsToTry(format: SocketTable['format'] | undefined): readonly SocketTable['format'][] {
  if (format === 'ss') return ['ss', 'netstat', 'proc-net-tcp']
  if (format === 'proc-net-tcp') return ['proc-net-tcp', 'netstat', 'ss']
  return ['netstat', 'ss', 'proc-net-tcp']
}

interface OpenTable {
  format?: SocketTable['format']
  who?: NonNullable<SocketTable['who']>
  at?: NonNullable<SocketTable['at']>
  readonly headers: Set<HeaderKind>
  readonly rows: RowDraft[]
  /** Rows seen, kept or not. */
  count: number
  /** The row that an indented line of ss belongs to. */
  lastRow: RowDraft | undefined
  pidColumn: number | undefined
  /** Inside /proc/net/udp. */
  skipping: boolean
  readonly stateless: RowDraft[]
  readonly doubtful: Map<RowDraft, readonly DoubtfulEnd[]>
  /** An address longer than the cut length was seen. */
  wide: boolean
  readonly hex: Map<RowDraft, HexEnds>
  damaged: number
  firstDamaged?: number
}

function newTable(known: Pick<OpenTable, 'who' | 'at'>): OpenTable {
  return {
    ...known,
    headers: new Set(),
    rows: [],
    count: 0,
    lastRow: undefined,
    pidColumn: undefined,
    skipping: false,
    stateless: [],
    doubtful: new Map(),
    wide: false,
    hex: new Map(),
    damaged: 0,
  }
}

/** Decides what only the whole table tells, and lists what was wrong with it. */
function settle(table: OpenTable, stateHint: TcpState | undefined): SocketTable {
  const problems: Problem[] = []
  for (const row of table.stateless) row.state = stateHint ?? 'ESTABLISHED'
  if (table.stateless.length > 0 && stateHint === undefined) {
    const where = lineOf(table.stateless[0])
    problems.push(
      problem('socket-state-assumed', { rows: table.stateless.length, state: 'ESTABLISHED' }, where),
    )
  }
  const cut = settleDoubtfulEnds(table.doubtful, table.wide)
  if (cut > 0) {
    const [first] = table.doubtful.keys()
    problems.push(problem('address-truncated', { rows: cut }, lineOf(first)))
  }
  settleByteOrder(table.hex)
  if (table.firstDamaged !== undefined) {
    const values = { what: 'rows of a socket table', lines: table.damaged }
    problems.push(problem('lines-damaged', values, { line: table.firstDamaged }))
  }
  return {
    format: table.format ?? 'ss',
    ...(table.who !== undefined && { who: table.who }),
    ...(table.at !== undefined && { at: table.at }),
    rows: table.rows,
    problems,
  }
}

function lineOf(row: RowDraft | undefined): { line?: number } {
  return row === undefined ? {} : { line: row.line }
}

/** The command line that somebody pasted above its output: `$ ss -tnp state close-wait`. */
function hintInCommand(text: string): TcpState | undefined {
  const word = /\bstate\s+([a-z][a-z\d-]{4,12})\b/i.exec(text.slice(0, 1000))?.[1]
  return word === undefined ? undefined : (tcpState(word) ?? undefined)
}

function hintInName(fileName: string): TcpState | undefined {
  const word =
    /(?:^|[-_./\\ ])(established|estab|close[-_]?wait|time[-_]?wait|fin[-_]?wait[-_]?[12]|syn[-_]?sent|syn[-_]?recv|last[-_]?ack|listen(?:ing)?)(?=[-_. ]|$)/i.exec(
      fileName.slice(-300),
    )?.[1]
  if (word === undefined) return undefined
  return tcpState(word) ?? tcpState(word.replace(/^(close|time|fin|syn|last)[-_]?/i, '$1_'))
}

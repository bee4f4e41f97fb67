import { type Problem, problem } from '../errors.ts'
import type { CounterSet, Counters } from './counter-set.ts'
import type { LineContext, LineReader } from './line-reader.ts'
import type { LogTime } from './log-time.ts'
import { STATISTICS_PHRASES } from './counter-phrases.ts'
import { readFileName, readTimeLine } from './socket-table/snapshot-time.ts'

/** The kernel has about 500 counters; a watch of a day has a few thousand samples. */
const MAX_VALUES = 1_000_000
/** /proc/net/netstat has lines of 4 KiB. */
const MAX_LINE = 65_536

/**
 * Reads `nstat` with any options, differences with a `# WHO (time; delta over N s)` line above each, /proc/net/snmp,
 * netstat and snmp6, and the English words of `netstat -s` that concern resets. Several samples in one input are
 * several sets: a header, a time on a line of its own, a section or a repeated name begins another.
 */
export function createCountersReader(): LineReader<Counters> {
  const sets: CounterSet[] = []
  let open = newSet({})
  let section: string | undefined
  /** The names of /proc/net/snmp, until the line with their values. */
  let names: { readonly group: string; readonly words: readonly string[] } | undefined
  let group: string | undefined
  let kept = 0
  let omitted = 0
  const damaged = { lines: 0, line: 0 }

  function close(next: SetHeader): void {
    // A difference without values says that nothing moved.
    if (open.values.size > 0 || open.overSeconds !== undefined) sets.push(open)
    open = newSet(next)
  }

  function add(name: string, value: string, line: number): void {
    if (open.values.has(name)) close({ ...(open.who !== undefined && { who: open.who }) })
    if (kept >= MAX_VALUES) {
      omitted++
      return
    }
    kept++
    open.values.set(name, { value: Number(value), line })
  }

  /** `Tcp: RtoAlgorithm …`, then `Tcp: 1 …`. */
  function readPair(text: string, line: number): boolean {
    const match = /^([A-Z][A-Za-z0-9]{1,20}): (.+)$/.exec(text)
    if (match === null) return false
    const [, prefix = '', rest = ''] = match
    const words = rest.trim().split(/\s+/)
    if (names === undefined || names.group !== prefix || !/^-?\d/.test(rest)) {
      if (!words.every((word) => /^[A-Z]\w{0,63}$/.test(word))) return false
      names = { group: prefix, words }
      return true
    }
    const ok = words.every((word) => /^-?\d{1,20}$/.test(word))
    if (!ok || words.length !== names.words.length) {
      damaged.lines++
      damaged.line ||= line
    }
    for (const [i, word] of names.words.entries()) {
      const value = words[i]
      if (value === undefined || !/^-?\d{1,20}$/.test(value)) break
      add(prefix + word, value, line)
    }
    names = undefined
    return true
  }

  /** `    127 resets sent` below `Tcp:`; names that netstat does not know it prints as `    TCPChallengeACK: 4`. */
  function readStatistics(text: string, line: number): boolean {
    const heading = HEADING.exec(text)?.[1]
    if (heading !== undefined) {
      group = heading
      return true
    }
    if (group === undefined || !/^\s/.test(text)) return false
    const unknown = /^\s+([A-Z]\w{1,63}): (\d{1,20})\s*$/.exec(text)
    if (unknown?.[1] !== undefined) {
      add(group + unknown[1], unknown[2] ?? '', line)
      return true
    }
    const value = NUMBER.exec(text)?.[0]
    const name = phraseName(group, text)
    if (value !== undefined && name !== undefined) add(name, value, line)
    return true
  }

  return {
    line(whole: string, number: number, context: LineContext): void {
      const text = whole.length > MAX_LINE ? whole.slice(0, MAX_LINE) : whole
      if (context.section !== section) {
        section = context.section
        names = undefined
        group = undefined
        close(readFileName(section ?? ''))
      }
      const one = ONE_COUNTER.exec(text)
      if (one?.[1] !== undefined && one[2] !== undefined) {
        add(one[1], one[2], number)
        return
      }
      const header = readHeader(text)
      if (header !== undefined) {
        close({ ...(open.values.size === 0 && open.at !== undefined && { at: open.at }), ...header })
        return
      }
      if (text.includes('":') && readJson(text, number, add)) return
      if (readPair(text, number) || readStatistics(text, number)) return
      const at = readTimeLine(text.trim())
      if (at !== undefined) close({ at })
    },
    end(): Counters {
      close({})
      const problems: Problem[] = []
      if (damaged.lines > 0) {
        const values = { what: 'lines of /proc/net/snmp or netstat', lines: damaged.lines }
        problems.push(problem('lines-damaged', values, { line: damaged.line }))
      }
      if (omitted > 0) problems.push(problem('records-omitted', { what: 'counter values', kept, omitted }))
      return { sets, problems }
    },
  }
}

/** Whether a line is a counter, a pair line of /proc/net/snmp, or a header that only nstat and its differences have. */
export function looksLikeCountersLine(text: string): boolean {
  if (text.length > MAX_LINE) return false
  if (/^#(?:kernel|sctp)\s*$/.test(text) || /^# .{0,100}\(.{0,100}\bdelta over [\d.]+ ?s\)/.test(text))
    return true
  if (/^\{"kernel":|^\s+\d+ (?:resets sent|segments sent out|active connections? openings)$/.test(text))
    return true
  return GROUPS.test(text) && (ONE_COUNTER.test(text) || /^\w{1,20}: (?:[A-Z]\w*|-?\d+)(?: |$)/.test(text))
}

/**
 * Whether this is what `netstat -s` prints: headings at the line's start, numbers in words indented below. Few of its lines
 * are known by themselves, and YAML has the same shape: at least one must be what netstat says under that heading.
 */
export function looksLikeStatistics(lines: readonly string[]): boolean {
  let heading: string | undefined
  let shaped = 0
  let known = 0
  for (const text of lines) {
    if (text.length > MAX_LINE) return false
    if (/^\S/.test(text)) heading = GROUPS.test(text) ? HEADING.exec(text)?.[1] : undefined
    if (heading === undefined) continue
    shaped++
    if (phraseName(heading, text) !== undefined) known++
  }
  return known > 0 && shaped >= lines.length * STATISTICS_SHARE
}

/** The rest: the command that was typed, the time, a section of the same shape whose heading is not the kernel's. */
const STATISTICS_SHARE = 0.9

/** `Tcp:` */
const HEADING = /^([A-Z][A-Za-z0-9]{1,20}):\s*$/
const NUMBER = /(?<![\w.])\d{1,20}(?![\w.])/

/** The counter of `    127 resets sent`, if it is one that concerns resets. */
function phraseName(heading: string, text: string): string | undefined {
  return STATISTICS_PHRASES.get(`${heading}: ${text.trim().replace(NUMBER, 'N')}`)
}

/** The families that the kernel counts for (net/ipv4/proc.c, net/ipv6/proc.c, net/mptcp/mib.c). */
const GROUPS =
  /^(?:Ip|Icmp|IcmpMsg|Tcp|Udp|UdpLite|Ip6|Icmp6|Udp6|UdpLite6|TcpExt|IpExt|MPTcpExt|Sctp|Xfrm)(?::|[A-Z]\w*)/

/** `TcpOutRsts                      127                0.0`; snmp6 has a tab between. */
const ONE_COUNTER = /^([A-Z][A-Za-z0-9]{2,63})\s+(-?\d{1,20})(?:\s+-?\d{1,20}[.,]\d{1,6})?\s*$/

interface SetHeader {
  readonly who?: string
  readonly at?: LogTime
  readonly overSeconds?: number
}

type OpenSet = SetHeader & { readonly values: Map<string, { readonly value: number; readonly line: number }> }

function newSet(header: SetHeader): OpenSet {
  return { ...header, values: new Map() }
}

/** `#kernel` of nstat, `# cli (2026-11-22T15:21:44.049Z; delta over 8.1 s)` of differences. */
function readHeader(text: string): SetHeader | undefined {
  const source = /^#(\w{1,20})\s*$/.exec(text)?.[1]
  if (source !== undefined) return { who: source }
  const match = /^#\s+(\S.{0,99}?)\s+\((.{1,200})\)\s*$/.exec(text)
  if (match === null) return undefined
  const [, who = '', about = ''] = match
  const at = readTimeLine(`# ${about}`)
  const over = /\bover (\d{1,9}(?:\.\d{1,9})?) ?s\b/.exec(about)?.[1]
  if (at === undefined && over === undefined) return undefined
  return { who, ...(at !== undefined && { at }), ...(over !== undefined && { overSeconds: Number(over) }) }
}

/** `nstat -j`, on one line, and `-jp`, a counter a line. */
function readJson(
  text: string,
  line: number,
  add: (name: string, value: string, line: number) => void,
): boolean {
  if (!/^\s*[{"]/.test(text)) return false
  let found = false
  for (const [, name = '', value = ''] of text.matchAll(
    /"([A-Z][A-Za-z0-9]{2,63})"\s?:\s?(-?\d{1,20})(?=\s*[,}]|\s*$)/g,
  )) {
    add(name, value, line)
    found = true
  }
  return found
}

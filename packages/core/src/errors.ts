import { grouped } from './messages/en-numbers.ts'
import { unpackCommand, type PackedKind } from './read/archives.ts'

/**
 * What can be wrong with an input: code → sentence. Codes are public API; docs/errors.md has an entry for each,
 * and a test compares the two. A sentence says what was found, where, what was wanted, and what still holds.
 */
const TEMPLATES = {
  'empty-input': (v: { wanted: string }) => `is empty: ${v.wanted} was wanted`,
  'unknown-format': (v: { found: string }) =>
    `begins with ${v.found.startsWith('“') ? '' : 'bytes '}${v.found}: not a capture, a garbage-collection log, a socket table, an application log or a kernel trace`,
  'unreadable-input': (v: { reason: string }) => `cannot be read: ${v.reason}`,
  'line-too-long': (v: { bytes: number; kept: number; others?: number }) =>
    `a line of ${grouped(v.bytes)} bytes was cut to its first ${grouped(v.kept)}${v.others === undefined ? '' : `, and so were ${grouped(v.others)} others`}`,
  'compressed-input': (v: { compression: string }) =>
    `is compressed (${v.compression}) and was not decompressed; this works everywhere: ${v.compression === 'gzip' ? 'gzip' : 'zstd'} -dc FILE | whyreset -`,
  'saved-answer': (v: { wanted: string }) =>
    `is the answer of an earlier run, not ${v.wanted}: whyreset shows it when it is named alone, and compare takes two`,
  'packed-input': (v: { kind: PackedKind }) =>
    `is packed (${v.kind}), which is not undone here: ${unpackCommand(v.kind)}`,
  'compressed-cut-short': (v: { compression: string }) =>
    `ends inside its ${v.compression} stream (cut short, or still being written); what could be decompressed was read`,
  'compressed-damaged': (v: { compression: string; reason: string }) =>
    `its ${v.compression} stream is damaged from here on (${v.reason}); what could be decompressed was read`,
  'compressed-then-other': (v: { compression: string; bytes: number }) =>
    `${grouped(v.bytes)} bytes that are no ${v.compression} follow its ${v.compression} stream and were left out; all before them was read`,
  'pcap-record-length': (v: { length: number; limit: number }) =>
    `a record claims ${grouped(v.length)} bytes, more than the ${grouped(v.limit)} that capture programs write (draft-ietf-opsawg-pcap §5); nothing after it is trusted, the packets before it were read`,
  'pcapng-block-length': (v: { length: number }) =>
    `a block length of ${grouped(v.length)} cannot be right: a multiple of 4, at least 12, was wanted (pcapng §3.1); the packets before it were read`,
  'pcapng-block-trailer': (v: { length: number }) =>
    `a block of ${grouped(v.length)} bytes does not end with its length again (pcapng §3.1); the packets before it were read`,
  'pcapng-byte-order': (v: { found: string }) =>
    `a section's byte-order magic is ${v.found}, 0x1a2b3c4d was wanted (pcapng §4.1); the packets before it were read`,
  'pcapng-unknown-interface': (v: { id: number; known: number }) =>
    `packets name interface ${v.id}, but the section describes only ${grouped(v.known)} (pcapng §4.3); such packets were left out`,
  'capture-cut-short': (v: { missing: number }) =>
    `ends inside a record, at least ${grouped(v.missing)} bytes short; the packets before it were read`,
  'tcp-header-cut': (v: { segments: number }) =>
    `the snap length cut ${grouped(v.segments)} TCP segments before their flags and window, which say everything; capture with -s 256 or more`,
  'link-type-unknown': (v: { linkType: number; packets: number }) =>
    `${grouped(v.packets)} packets of link type ${v.linkType} were not decoded (tcpdump.org/linktypes.html names it)`,
  'pictures-cut-short': (v: { bytes: number; reason: string }) =>
    `passed only once, and only its first ${grouped(v.bytes)} bytes could be kept for the pictures (${v.reason}): they show those, the answer is of all of it`,
  'records-omitted': (v: { what: string; kept: number; omitted: number; which?: 'newest' }) =>
    v.which === 'newest'
      ? `only the newest ${grouped(v.kept)} ${v.what} are kept; ${grouped(v.omitted)} older ones were left out`
      : `only ${grouped(v.kept)} ${v.what} are kept; ${grouped(v.omitted)} more were left out`,
  'lines-damaged': (v: { what: string; lines: number }) =>
    `${grouped(v.lines)} lines look like ${v.what} but could not be read, the first of them here; the others were read`,
  'gc-event-unfinished': (v: { collections: number }) =>
    `${grouped(v.collections)} garbage collections begin here and their ends were not found (the log breaks off, was rotated, or is damaged): they were left out`,
  'gc-time-missing': (v: { collections: number }) =>
    `${grouped(v.collections)} garbage collections print no time, so nothing can be matched with them: a time stamp was wanted (-Xlog:gc*:…:time,uptime,level,tags; -XX:+PrintGCDateStamps; docker logs -t)`,
  'gc-log-elsewhere': (v: { from: string; to: string; resetsFrom: string; resetsTo: string }) =>
    `covers ${span(v.from, v.to)}; the resets with data unread were at ${span(v.resetsFrom, v.resetsTo)}: no collection can be compared with them; the log of that time was wanted`,
  'socket-state-assumed': (v: { rows: number; state: string }) =>
    `${grouped(v.rows)} rows print no state (ss was asked for one state only): they are taken as ${v.state}`,
  'address-truncated': (v: { rows: number }) =>
    `${grouped(v.rows)} rows have an IPv6 address that netstat cut to its column's width: they end in "…" and match nothing (netstat -W, or ss, prints them whole)`,
  'trace-clock-not-seconds': (v: { events: number }) =>
    `${grouped(v.events)} events carry a counter instead of seconds (trace_clock is counter or x86-tsc): they were left out`,
  'trace-events-lost': (v: { events: number }) =>
    `the kernel dropped ${v.events > 0 ? grouped(v.events) : 'an unknown number of'} events before they were read (buffer_size_kb is too small): resets may be missing here`,
  'manifest-not-json': (v: { characters: number }) =>
    `is not JSON, or is cut short after ${grouped(v.characters)} characters: the files beside it are read without it`,
  'manifest-schema': (v: { found: string; wanted: string }) =>
    `has schema ${v.found}, ${v.wanted} was wanted: the files beside it are read without it`,
} as const satisfies Record<string, (values: never) => string>

export type ProblemCode = keyof typeof TEMPLATES
type ProblemValues<C extends ProblemCode> = Parameters<(typeof TEMPLATES)[C]>[0]

/** A sentence for each code, in a language. */
export type ProblemCatalogue = { readonly [C in ProblemCode]: (values: ProblemValues<C>) => string }

export const PROBLEM_CODES: readonly string[] = Object.keys(TEMPLATES)

/** Damage or a gap inside one input. What was read before it is kept. */
export interface Problem {
  readonly code: ProblemCode
  readonly values: Readonly<Record<string, string | number>>
  /** English sentence, without the input's name. */
  readonly text: string
  /** Byte offset in the decompressed input, 0-based. */
  readonly offset?: number
  /** Line, 1-based. */
  readonly line?: number
}

/** Builds a problem from its code: `problem('line-too-long', { bytes, kept }, { line })`. */
export function problem<C extends ProblemCode>(
  code: C,
  values: NonNullable<ProblemValues<C>>,
  where: { readonly offset?: number; readonly line?: number } = {},
): Problem {
  // The values are those of this very template: ProblemValues<C> ties them; the table erases the tie.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  const template = TEMPLATES[code] as (values: unknown) => string
  return { code, values, text: template(values), ...where }
}

/** `2026-11-22 14:00:00 to 14:20:00 UTC` of two ISO times. */
function span(from: string, to: string): string {
  const [fromDay = '', fromClock = ''] = from.slice(0, 19).split('T')
  const [toDay = '', toClock = ''] = to.slice(0, 19).split('T')
  if (fromDay !== toDay) return `${fromDay} ${fromClock} to ${toDay} ${toClock} UTC`
  return fromClock === toClock ? `${fromDay} ${fromClock} UTC` : `${fromDay} ${fromClock} to ${toClock} UTC`
}

import { requiredLiterals } from './app-log/required-literals.ts'
import { WORDS } from './app-log/words.ts'
import {
  isFrame,
  isHeading,
  isHealthyAccess,
  isQuoteNext,
  isStampedJson,
  isSyslog,
  wrappedText,
} from './byte-lines.ts'
import { isDigitByte, isoStampEnd } from './byte-stamps.ts'
import { createByteWords, type ByteWords } from './byte-words.ts'

/**
 * What the bytes of a line tell of it.
 * - `begins`: it begins an entry by a stamp of its own, and nothing in it is of use: unless a line of the same entry is, it
 *   changes nothing in any reader.
 * - `continues`: it belongs to such an entry, and nothing in it is of use either.
 * - `wordless`: it has to be read, but it holds none of the words that name an event.
 * - `unknown`: it has to be read.
 */
export type Skim = 'begins' | 'continues' | 'wordless' | 'unknown'

/** How far the readers of a log are. */
export interface SkimState {
  /** No reader is in the middle of something that any line may continue, and the log's first time is known. */
  readonly isIdle: boolean
  /** Nothing more is learned of the programs that write here from a line that is no event. */
  readonly isSettled: boolean
}

/**
 * Looks at the bytes of a line of a log, to spare decoding and reading those that change nothing: nearly all of a long log
 * (read: 9 MB/s; skimmed: some hundreds). Holds back only what it is sure of; the shapes of lines are those that
 * most loggers write, and everything else is read.
 */
export function createLineSkimmer(): (bytes: Uint8Array, from: number, to: number, state: SkimState) => Skim {
  words ??= createWords()
  const holdsWords = words
  let looked: Uint8Array | undefined
  let lookedFrom = 0
  let escapeAt = 0

  /** Colour within a word hides it. Asked for lines in order, so that a chunk is looked through once. */
  function hasEscape(bytes: Uint8Array, from: number, to: number): boolean {
    if (looked !== bytes || from < lookedFrom || escapeAt < from) {
      const at = bytes.indexOf(ESCAPE, from)
      escapeAt = at < 0 ? Infinity : at
      looked = bytes
    }
    lookedFrom = from
    return escapeAt < to
  }

  return (bytes, from, to, state) => {
    if (to - from > MAX_SKIMMED || hasEscape(bytes, from, to)) return 'unknown'
    const found = holdsWords(bytes, from, to, EVENT)
    return (found & EVENT) === 0 ? skimWordless(bytes, from, to, found, state) : 'unknown'
  }
}

function skimWordless(bytes: Uint8Array, from: number, to: number, found: number, state: SkimState): Skim {
  if (!state.isIdle || (found & OTHER) !== 0) return 'wordless'
  const first = bytes[from] ?? 0
  if (isDigitByte(first)) {
    const end = isoStampEnd(bytes, from, to)
    if (end === undefined) return isHealthyAccess(bytes, from, to) ? 'begins' : 'wordless'
    if (!state.isSettled || found !== 0) return 'wordless'
    const text = wrappedText(bytes, end, to)
    if (text === from) return isSyslog(bytes, end, to) ? 'wordless' : 'begins'
    if (text === undefined) return 'wordless'
    return skimBare(bytes, text, to) ?? 'wordless'
  }
  if (!state.isSettled || found !== 0) return 'wordless'
  return skimBare(bytes, from, to) ?? 'wordless'
}

/** The line without what a container runtime put before it. */
function skimBare(bytes: Uint8Array, at: number, to: number): Skim | undefined {
  const first = bytes[at] ?? 0
  if (isDigitByte(first)) {
    const end = isoStampEnd(bytes, at, to)
    return end === undefined || isSyslog(bytes, end, to) ? undefined : 'begins'
  }
  if (first === BRACKET) {
    const end = isoStampEnd(bytes, at + 1, to)
    // Envoy's access log opens so, and names its program.
    return end === undefined || isQuoteNext(bytes, end, to) ? undefined : 'begins'
  }
  if (first === BRACE) return isStampedJson(bytes, at, to) ? 'begins' : undefined
  if (first === SPACE || first === TAB) return isFrame(bytes, at, to) ? 'continues' : undefined
  return isHeading(bytes, at, to) ? 'continues' : undefined
}

/** Longer lines are few, and are cut by others at other places. */
const MAX_SKIMMED = 4000

const EVENT = 1
/** What says more to a reader than that an entry begins: collections, and failed requests in JSON. */
const OTHER = 2
/** Requests with their status: access logs, HAProxy. */
const REQUEST = 4
const TAB = 0x09
const ESCAPE = 0x1b
const SPACE = 0x20
const BRACKET = 0x5b
const BRACE = 0x7b
let words: ByteWords | undefined

/** What unified logging, JDK 8, V8, Go and lists of .NET cannot do without behind a stamp. */
const COLLECTIONS = (
  '] GC(|]GC(|[gc,|[gc]|[gc |[safepoint|] Using |]Using |Safepoint "|: [GC|: [Full GC|CommandLine flags: |' +
  ' ms: | gc |\tgc |>gc |]gc |"gen"|"generation"|"depth"|GCEnd|GC/Stop|GC/End'
)
  .split('|')
  .concat('|gc ')

function createWords(): ByteWords {
  const digits = Array.from({ length: 10 }, (_, digit) => String(digit))
  const pairs = digits.flatMap((tens) => digits.map((ones) => tens + ones))
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
  const failures = ['499', '502', '503', '504']
  return createByteWords([
    {
      words: WORDS.flatMap(({ phrases, codes = [] }) => [...phrases, ...codes]).flatMap(requiredLiterals),
      bit: EVENT,
    },
    {
      words: [
        ...COLLECTIONS,
        ...failures.flatMap((status) => [`:${status}`, `: ${status}`, `"${status}`]),
        '"response_flags"',
      ],
      bit: OTHER,
    },
    {
      words: [...pairs.map((pair) => `" ${pair}`), ...months.map((month) => `/${month}/`)],
      bit: REQUEST,
    },
  ])
}

import type { LogWord } from './log-event.ts'
import { WORDS } from './words.ts'

export interface WordMatch {
  readonly word: LogWord
  /** Where in the text the words begin. */
  readonly at: number
  readonly reused?: boolean
}

/**
 * What a line says happened, or undefined when it says nothing of the kind. Words that only speak of an event are
 * not one: settings (`retry on connection reset: enabled`), counters, lists of codes, addresses of pages.
 */
export function matchWord(text: string): WordMatch | undefined {
  if (!ANY.test(text) || UNIX_SOCKET.test(text)) return undefined
  for (const { word, reused, patterns } of MATCHERS) {
    for (const pattern of patterns) {
      pattern.lastIndex = 0
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const match = pattern.exec(text)
        if (match === null) break
        if (speaksOnly(text, match.index, pattern.lastIndex)) continue
        return { word, at: match.index, ...(reused === true ? { reused } : {}) }
      }
    }
  }
  return undefined
}

const MAX_TRIES = 8

/** The errno words of a Unix socket are no TCP connection's: Go, nginx, Node, libpq. */
const UNIX_SOCKET =
  /\b(?:read|write|dial|readfrom|accept) unix(?:gram|packet)? |\bconnect\(\) to unix:|\bE(?!RROR\b)[A-Z]{3,12} \/[^ ]{1,200}|\bupstream\b[^"]{0,200}, client: .{0,1000}upstream: "[a-z]{2,10}:\/\/unix:|connection to server on socket "|unix:\/\/\//

/**
 * The phrases as one alternation that is tried where a word begins: at every letter it took 1.5 to 3 times as long. Phrases that
 * open with punctuation are tried everywhere.
 */
function alternation(phrases: readonly string[]): string {
  const inside = phrases.filter((phrase) => /^(?:\[:|: |\(\?:\^)/.test(phrase))
  const words = phrases.filter((phrase) => !inside.includes(phrase))
  return [`(?<![A-Za-z])(?:${words.join('|')})`, ...inside].join('|')
}

const MATCHERS = WORDS.map(({ word, reused, phrases, codes }) => ({
  word,
  reused,
  patterns: [
    new RegExp(alternation(phrases), 'gi'),
    ...(codes === undefined
      ? []
      : [new RegExp(`(?<![A-Za-z0-9_])(?:${codes.join('|')})(?![A-Za-z0-9])`, 'g')]),
  ],
}))

/** Dismisses most lines in one pass. */
const ANY = new RegExp(
  alternation(WORDS.flatMap(({ phrases, codes }) => [...phrases, ...(codes ?? [])])),
  'i',
)

const AROUND = 48

function speaksOnly(text: string, from: number, to: number): boolean {
  const before = text.slice(Math.max(0, from - AROUND), from)
  const after = text.slice(to, to + AROUND)
  return (
    SETTING_OR_COUNT.test(after) ||
    CODE_FOLLOWS.test(after) ||
    CODE_PRECEDES.test(before) ||
    DENIED_OR_SUPPOSED.test(before) ||
    RETRY_SETTING.test(before) ||
    withinAddress(text, from)
  )
}

/** `: enabled`, `= true`, ` count: 3`, `: 12`; not `: 10.0.0.2:80`, which is a peer. */
const SETTING_OR_COUNT =
  /^["']?(?: (?:errors|retries|retry|count(?:er)?|rate|policy|detection|protection|threshold|metric)s?\b.{0,12}|s)?["']? ?(?:[:=] ?["']?(?:enabled|disabled|true|false|yes|no|on|off|none|never)\b|[:=] ?["']?\d+(?![\d.:])| ?(?:enabled|disabled)\b| (?:errors|retries|policy|detection|protection|threshold|rate)\b)/i
/** One of several codes: `['ECONNRESET', 'EPIPE']`. */
const CODE_FOLLOWS = /^["']? ?[,|] ?["']?E[A-Z]{3,}/
const CODE_PRECEDES = /\bE[A-Z]{3,}["']? ?[,|] ?["']?$/
const DENIED_OR_SUPPOSED =
  /\b(?:no|without|zero|never|any|0|if|unless|avoids?|prevents?|simulat(?:e|es|ed|ing)|such as|number of|count of|total|retry (?:on|if|when|for)|retries (?:on|for)|case of|handles|how to \w{2,12}|fix(?:es|ed)?) ["'(]?$/i
const RETRY_SETTING =
  /\w{0,20}(?:retry|retries|retriable|retryable|ignored?|codes|conditions)\w{0,20}["']? ?[:=] ?[["'({]{0,3}$|\w["']? ?[:=] ?\[ ?["']$/i

/** In the path or the query of an address: somebody reads about resets. */
function withinAddress(text: string, at: number): boolean {
  let start = at
  const stop = Math.max(0, at - 500)
  while (start > stop && !' \t"\'<>(),[]{}'.includes(text[start - 1] ?? ' ')) start -= 1
  const token = text.slice(start, at)
  return token.startsWith('/') || /^\w{1,12}=?\/|:\/\/[^/]{1,300}\/|[?&]\w{1,40}=/.test(token)
}

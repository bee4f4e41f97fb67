/** Longer lists of literals are not worth it: the run ends there and another begins. */
const MAX_STRINGS = 64
/** A class of more characters than this stands for anything. */
const MAX_CLASS = 6

/** What one piece of a pattern needs: the only strings that it matches, or strings of which each match holds one. */
interface Needs {
  readonly exact?: readonly string[]
  readonly holds?: readonly string[]
}

/**
 * Strings of which every text that the regular expression matches holds at least one, the longest that can be had; none
 * when there is no such list. It is what lets most lines of a log be dismissed by their bytes (RE2 and Google's code
 * search do the same: swtch.com/~rsc/regexp/regexp4.html). Reads the syntax that the tables of words use, not all of it.
 */
export function requiredLiterals(source: string): readonly string[] {
  const cursor = { source, at: 0 }
  const { exact, holds } = readAlternatives(cursor)
  if (cursor.at < source.length) throw new Error(`not a pattern that can be read: ${source}`)
  return exact ?? holds ?? []
}

interface Cursor {
  readonly source: string
  at: number
}

function readAlternatives(cursor: Cursor): Needs {
  const all: Needs[] = []
  for (;;) {
    all.push(readSequence(cursor))
    if (cursor.source[cursor.at] !== '|') break
    cursor.at += 1
  }
  const exact = all.flatMap((needs) => needs.exact ?? [])
  if (all.every((needs) => needs.exact !== undefined) && exact.length <= MAX_STRINGS) return { exact }
  const each = all.map((needs) => needs.exact ?? needs.holds)
  if (each.some((strings) => strings === undefined || strings.includes(''))) return {}
  return { holds: each.flatMap((strings) => strings ?? []) }
}

function readSequence(cursor: Cursor): Needs {
  let run: readonly string[] = ['']
  let best: readonly string[] | undefined
  let isExact = true
  const offer = (strings: readonly string[]): void => {
    if (best === undefined || worth(strings) > worth(best)) best = strings
  }
  while (cursor.at < cursor.source.length && !'|)'.includes(cursor.source[cursor.at] ?? '')) {
    const { exact, holds } = readQuantified(cursor)
    const joined = exact === undefined ? undefined : run.flatMap((head) => exact.map((tail) => head + tail))
    if (joined !== undefined && joined.length <= MAX_STRINGS) run = joined
    else {
      offer(run)
      isExact = false
      run = exact ?? ['']
      if (holds !== undefined) offer(holds)
    }
  }
  if (isExact) return { exact: run }
  offer(run)
  return best === undefined || best.includes('') ? {} : { holds: best }
}

/** The shortest counts; what is no letter is rarer in a log than what is. */
function worth(strings: readonly string[]): number {
  return Math.min(...strings.map((text) => text.length + text.replace(/[A-Za-z]/g, '').length / 8))
}

function readQuantified(cursor: Cursor): Needs {
  const needs = readAtom(cursor)
  const quantifier = /^(?:[?*+]|\{(\d+)(?:,\d*)?\})\??/.exec(cursor.source.slice(cursor.at, cursor.at + 16))
  if (quantifier === null) return needs
  cursor.at += quantifier[0].length
  const [text] = quantifier
  if (text === '?') return needs.exact === undefined ? {} : { exact: [...needs.exact, ''] }
  if (text.startsWith('*') || Number(quantifier[1]) === 0) return {}
  const holds = needs.exact ?? needs.holds
  return holds === undefined || holds.includes('') ? {} : { holds }
}

const NOTHING: Needs = { exact: [''] }

function readAtom(cursor: Cursor): Needs {
  const { source } = cursor
  const char = source[cursor.at] ?? ''
  cursor.at += 1
  if (char === '^' || char === '$') return NOTHING
  if (char === '.') return {}
  if (char === '[') return readClass(cursor)
  if (char === '\\') {
    const escaped = source[cursor.at] ?? ''
    cursor.at += 1
    if (/[bB]/.test(escaped)) return NOTHING
    return /[a-zA-Z0-9]/.test(escaped) ? {} : { exact: [escaped] }
  }
  if (char !== '(') return { exact: [char] }
  const opening = /^\?(?::|<?[=!])/.exec(source.slice(cursor.at, cursor.at + 4))?.[0] ?? ''
  cursor.at += opening.length
  const inner = readAlternatives(cursor)
  cursor.at += 1
  // What is looked at is not consumed: it may be the same characters that come next.
  return opening === '' || opening === '?:' ? inner : NOTHING
}

function readClass(cursor: Cursor): Needs {
  const { source } = cursor
  let end = cursor.at
  while (end < source.length && source[end] !== ']') end += source[end] === '\\' ? 2 : 1
  const body = source.slice(cursor.at, end)
  cursor.at = end + 1
  if (body.startsWith('^') || /\\[a-zA-Z]|[^-]-[^-]/.test(body)) return {}
  const chars = Array.from(body.replace(/\\(.)/g, '$1'))
  return chars.length <= MAX_CLASS ? { exact: chars } : {}
}

import type { Target } from '../target.ts'
import { shown } from './run-program.ts'

/** What was typed → the running thing. */
export type Resolution =
  | { readonly ok: true; readonly target: Target }
  | {
      readonly ok: false
      /** One line: what was found and what to type. */
      readonly says: string
      /** What could be typed instead, best first. */
      readonly candidates: readonly string[]
    }

export function unresolved(says: string, candidates: readonly string[] = []): Resolution {
  return { ok: false, says, candidates }
}

/** Letters, digits, `.`, `_` and `-`, never hidden and never an option: usable as part of a file name. */
export function safeName(text: string): string {
  const safe = text.replace(/[^\w.-]+/g, '-').replace(/^[.-]+|[.-]+$/g, '')
  return safe.slice(0, MAX_NAME) || 'target'
}

const MAX_NAME = 64

/** `web, db, cache and 12 more`. */
export function someOf(names: readonly string[]): string {
  const some = names.slice(0, MAX_SHOWN_NAMES).map((name) => shown(name, 80))
  return names.length > some.length
    ? `${some.join(', ')} and ${names.length - some.length} more`
    : some.join(', ')
}

const MAX_SHOWN_NAMES = 8

/** The names that somebody who typed `wanted` may have meant: those that contain it, then those a few letters away. */
export function similarNames(wanted: string, names: readonly string[]): string[] {
  const typed = wanted.toLowerCase()
  const ranked = [...new Set(names)].map((name) => {
    const other = name.toLowerCase()
    const contains =
      typed.length >= MIN_PART &&
      (other.includes(typed) || (other.length >= MIN_PART && typed.includes(other)))
    return { name, distance: contains ? 0 : editDistance(typed, other) }
  })
  const limit = Math.max(1, Math.floor(typed.length / 3))
  return ranked
    .filter(({ distance }) => distance <= limit)
    .toSorted((a, b) => a.distance - b.distance)
    .map(({ name }) => name)
}

const MIN_PART = 3
/** Longer names are compared by their beginnings. */
const MAX_COMPARED = 80

/** Damerau-Levenshtein (optimal string alignment): a swap of two neighbours counts as one. */
function editDistance(left: string, right: string): number {
  const a = left.slice(0, MAX_COMPARED)
  const b = right.slice(0, MAX_COMPARED)
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row.push(
        Math.min(
          (last[j] ?? Infinity) + 1,
          (row[j - 1] ?? Infinity) + 1,
          (last[j - 1] ?? Infinity) + (same ? 0 : 1),
          swapped ? (beforeLast[j - 2] ?? Infinity) + 1 : Infinity,
        ),
      )
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? Infinity
}

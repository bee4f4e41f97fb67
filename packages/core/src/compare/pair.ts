import type { MatchedBy } from './comparison.ts'

/** What was found on each side and is taken for the same thing. */
export interface Pair<T> {
  readonly before: readonly T[]
  readonly after: readonly T[]
  /** Absent where one side has none. */
  readonly by?: MatchedBy
}

/** One way of telling that two things are the same: they share one of these keys. */
export interface Level<T> {
  readonly by: MatchedBy
  readonly keysOf: (item: T) => readonly string[]
}

/**
 * Pairs what two runs found, surest way first. Addresses change between runs: containers get new ones, clients come and
 * go. So whatever found no partner under its own addresses is tried again under less, and only against what found none
 * either: a client that was fixed is not hidden behind another one that was not. The order of the items is of no effect.
 */
export function pairUp<T>(
  before: readonly T[],
  after: readonly T[],
  levels: readonly Level<T>[],
): readonly Pair<T>[] {
  const pairs: Pair<T>[] = []
  let first = before
  let second = after
  for (const { by, keysOf } of levels) {
    const rest = { before: [] as T[], after: [] as T[] }
    for (const group of joinByKeys(first, second, keysOf)) {
      if (group.before.length > 0 && group.after.length > 0) pairs.push({ ...group, by })
      else {
        rest.before.push(...group.before)
        rest.after.push(...group.after)
      }
    }
    first = rest.before
    second = rest.after
  }
  return [
    ...pairs,
    ...first.map((item) => ({ before: [item], after: [] })),
    ...second.map((item) => ({ before: [], after: [item] })),
  ]
}

/** Groups of items that hang together through shared keys. */
function joinByKeys<T>(
  before: readonly T[],
  after: readonly T[],
  keysOf: (item: T) => readonly string[],
): { readonly before: T[]; readonly after: T[] }[] {
  const groups = new Set<{ before: T[]; after: T[]; keys: Set<string> }>()
  const byKey = new Map<string, { before: T[]; after: T[]; keys: Set<string> }>()
  const add = (item: T, side: 'before' | 'after'): void => {
    const group = { before: [] as T[], after: [] as T[], keys: new Set<string>() }
    group[side].push(item)
    for (const key of keysOf(item)) group.keys.add(key)
    for (const key of group.keys) {
      const other = byKey.get(key)
      if (other === undefined || !groups.has(other)) continue
      groups.delete(other)
      group.before.unshift(...other.before)
      group.after.unshift(...other.after)
      for (const each of other.keys) group.keys.add(each)
    }
    for (const key of group.keys) byKey.set(key, group)
    groups.add(group)
  }
  for (const item of before) add(item, 'before')
  for (const item of after) add(item, 'after')
  return [...groups]
}

import type { Containers } from './resolve-container.ts'
import { type Resolution, similarNames, someOf, unresolved } from './resolution.ts'
import { shown } from './run-program.ts'

/** What there is instead: the names like it, what runs, and which engine could not be asked. */
export function unknownTarget(
  typed: string,
  { listed, troubles }: Containers,
  others: readonly string[],
  what: string,
  scheme: string,
): Resolution {
  const running = listed.filter((container) => container.running).map(({ name }) => name)
  const similar = similarNames(typed, [...listed.map(({ name }) => name), ...others])
  const there = [...running, ...others]
  const [first] = similar
  const name = `'${shown(typed, 80)}'`
  const mayBeThere = troubles.length > 0 && listed.length === 0
  const says = [
    mayBeThere
      ? `cannot tell whether a ${what} is called ${name}: ${someOf(troubles)}`
      : `no ${what} is called ${name}`,
    there.length > 0
      ? `; running: ${someOf(there)}`
      : mayBeThere
        ? ''
        : '; none runs here that could be seen',
    first === undefined
      ? ''
      : similar.length === 1
        ? `; did you mean '${shown(first, 80)}'?`
        : `; did you mean one of ${someOf(similar)}?`,
    troubles.length > 0 && !mayBeThere ? ` (not asked: ${someOf(troubles)})` : '',
  ].join('')
  const candidates = similar.length > 0 ? similar : there
  return unresolved(
    says,
    candidates.map((candidate) => scheme + candidate),
  )
}

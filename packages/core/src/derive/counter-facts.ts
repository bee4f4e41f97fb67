import type { Evidence } from '../evidence.ts'

/** Counters that moved, by name, summed over the sets; only differences and totals that a reader took from a file. */
export interface CounterFacts {
  /** Undefined: no set has the counter; 0: it stood still. */
  readonly moved: (
    name: string,
  ) => { readonly value: number; readonly input: number; readonly line: number } | undefined
}

/** nstat prints differences and a zero for what it knows; a plain `nstat -az` before and after are subtracted. */
export function counterFacts(evidence: Evidence): CounterFacts | undefined {
  const sets = evidence.inputs.flatMap((read, input) =>
    (read.counters?.sets ?? []).map((set) => ({ set, input })),
  )
  if (sets.length === 0) return undefined
  const isDifference = sets.some(({ set }) => set.overSeconds !== undefined)
  return {
    moved: (name) => {
      const found = sets.flatMap(({ set, input }) => {
        const value = set.values.get(name)
        return value === undefined ? [] : [{ ...value, input }]
      })
      const [first] = found
      const last = found.at(-1)
      if (first === undefined || last === undefined)
        return isDifference ? { value: 0, input: 0, line: 1 } : undefined
      if (isDifference) {
        const [most] = found.toSorted((x, y) => y.value - x.value)
        return most === undefined ? first : most
      }
      return found.length > 1 ? { ...last, value: last.value - first.value } : undefined
    },
  }
}

import type { Missing } from './recording.ts'

/** What could not be had, each thing once. */
export interface MissingList {
  add(missing: Missing): void
  list(): readonly Missing[]
}

export function createMissingList(first: readonly Missing[]): MissingList {
  const found = new Map(first.map((missing) => [missing.what, missing]))
  return {
    add(missing) {
      if (!found.has(missing.what)) found.set(missing.what, missing)
    },
    list: () => [...found.values()],
  }
}

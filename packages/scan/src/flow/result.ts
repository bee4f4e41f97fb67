import type { State } from './state.ts'

/** What an expression gave on one way: the thing itself, something that holds it, or nothing of interest. */
export interface Result {
  readonly state: State
  readonly value: Value
}
export type Value = 'thing' | 'carrier' | 'other'

export function others(states: readonly State[]): Result[] {
  return states.map((state) => ({ state, value: 'other' }))
}

/** What a variable holds. */
export function valueOf(name: string, { status, names, carriers }: State): Value {
  if (status === 'none') return 'other'
  if (names.includes(name)) return 'thing'
  return carriers.includes(name) ? 'carrier' : 'other'
}

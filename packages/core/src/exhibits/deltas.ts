/** Numbers as differences to the one before, the first as it is: `undelta` gives them back. */
export type Deltas = readonly number[]

/** Differences to the number before, the first as it is. */
export function delta(values: readonly number[]): number[] {
  return values.map((value, index) => value - (values[index - 1] ?? 0))
}

/** What `delta` was given. */
export function undelta(deltas: Deltas): Float64Array {
  const values = new Float64Array(deltas.length)
  let sum = 0
  for (let index = 0; index < deltas.length; index++) {
    sum += deltas[index] ?? 0
    values[index] = sum
  }
  return values
}

/** Records in the order of a log, of which only so many are kept. */
export interface Newest<T> {
  add(record: T): void
  isEmpty(): boolean
  /** The records kept, oldest first, and how many were given up; called once, at the end. */
  end(): { readonly records: readonly T[]; readonly omitted: number }
}

/** Keeps the last `most` records: the end of a long log is where the incident is. Holds up to a quarter more meanwhile. */
export function createNewest<T>(most: number): Newest<T> {
  const records: T[] = []
  // In large steps: each moves all that is kept.
  const step = Math.ceil(most / 4)
  let omitted = 0
  return {
    add(record) {
      records.push(record)
      if (records.length >= most + step) omitted += records.splice(0, step).length
    },
    isEmpty: () => records.length === 0,
    end() {
      if (records.length > most) omitted += records.splice(0, records.length - most).length
      return { records, omitted }
    },
  }
}

/** An entry of more lines than this is passed on. */
const MAX_HELD = 500

interface HeldLine {
  bytes: Uint8Array
  from: number
  to: number
  number: number
}

export interface HeldLines {
  canTake(): boolean
  /** Refers to the bytes, without copying them. */
  take(bytes: Uint8Array, from: number, to: number, number: number): void
  /** Copies what lies in a chunk that is about to be reused. */
  keep(chunk: Uint8Array): void
  drop(): void
  /** Passes the lines on, in order, and forgets them. */
  release(onLine: (bytes: Uint8Array, from: number, to: number, number: number) => void): void
}

/** The lines of one entry of a log, undecoded, while it is not known whether any of them is of use. */
export function createHeldLines(): HeldLines {
  // The objects are used again: most lines of a log pass through here and are dropped.
  const held: HeldLine[] = []
  let count = 0
  return {
    canTake: () => count > 0 && count < MAX_HELD,
    take(bytes, from, to, number) {
      const line = held[count]
      if (line === undefined) held.push({ bytes, from, to, number })
      else {
        line.bytes = bytes
        line.from = from
        line.to = to
        line.number = number
      }
      count += 1
    },
    keep(chunk) {
      for (const line of held.slice(0, count)) {
        if (line.bytes !== chunk) continue
        line.bytes = chunk.slice(line.from, line.to)
        line.to -= line.from
        line.from = 0
      }
    },
    drop() {
      count = 0
    },
    release(onLine) {
      for (let i = 0; i < count; i += 1) {
        const line = held[i]
        if (line !== undefined) onLine(line.bytes, line.from, line.to, line.number)
      }
      count = 0
    },
  }
}

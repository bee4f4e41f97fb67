/** Moved, not copied, to the other side. */
export type Moved = ArrayBuffer

/** Told of an entry that cannot be copied; what it returns goes in its place. */
type Refused = (entry: readonly unknown[], error: unknown) => readonly unknown[] | undefined

/**
 * Entries of one turn of the event loop in one message. They leave when the microtasks are done: by then all callers that
 * one answer woke up have made their next call.
 */
export class Outbox {
  readonly #post: (batch: readonly unknown[], moved: readonly Moved[]) => void
  readonly #refused: Refused
  #batch: unknown[] = []
  #starts: number[] = []
  #moved: Moved[] = []
  #scheduled = false

  constructor(post: (batch: readonly unknown[], moved: readonly Moved[]) => void, refused: Refused) {
    this.#post = post
    this.#refused = refused
  }

  /** The array to push one entry on, with nothing else in between. */
  begin(): unknown[] {
    if (!this.#scheduled) {
      this.#scheduled = true
      queueMicrotask(this.#afterMicrotasks)
    }
    this.#starts.push(this.#batch.length)
    return this.#batch
  }

  move(buffers: readonly Moved[]): void {
    this.#moved.push(...buffers)
  }

  readonly #afterMicrotasks = (): void => {
    // From inside a microtask, a tick comes after all microtasks.
    process.nextTick(this.flush)
  }

  readonly flush = (): void => {
    const batch = this.#batch
    if (batch.length === 0) return
    const starts = this.#starts
    const moved = this.#moved
    this.#batch = []
    this.#starts = []
    this.#moved = []
    this.#scheduled = false
    try {
      this.#post(batch, moved)
    } catch (error) {
      this.#oneByOne(batch, starts, error)
    }
  }

  /** One of them cannot be copied: the others still go, copied where they were to be moved. */
  #oneByOne(batch: readonly unknown[], starts: readonly number[], error: unknown): void {
    const refused = new Set<unknown>()
    starts.forEach((start, at) => {
      const entry = batch.slice(start, starts[at + 1])
      // What follows a call or a stream that failed here has no meaning there.
      if (refused.has(entry[1])) return
      try {
        if (starts.length === 1) throw error
        this.#post(entry, [])
      } catch (reason) {
        refused.add(entry[1])
        const instead = this.#refused(entry, reason)
        if (instead !== undefined) this.#post(instead, [])
      }
    })
  }
}

/** Moved, not copied, to the other side. */
export type Moved = ArrayBuffer

/**
 * Entries of one turn of the event loop in one message. They leave when the microtasks are done: by then all callers that
 * one answer woke up have made their next call.
 */
export class Outbox {
  readonly #post: (batch: readonly unknown[], moved: readonly Moved[]) => void
  readonly #refused: (entry: readonly unknown[], error: unknown) => void
  #batch: unknown[] = []
  #starts: number[] = []
  #moved: Moved[] = []
  #scheduled = false

  constructor(
    post: (batch: readonly unknown[], moved: readonly Moved[]) => void,
    /** An entry that cannot be copied. */
    refused: (entry: readonly unknown[], error: unknown) => void,
  ) {
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
    if (starts.length === 1) {
      this.#refused(batch, error)
      return
    }
    starts.forEach((start, at) => {
      const entry = batch.slice(start, starts[at + 1])
      try {
        this.#post(entry, [])
      } catch (reason) {
        this.#refused(entry, reason)
      }
    })
  }
}

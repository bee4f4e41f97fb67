import { STREAM_WINDOW } from './protocol.ts'

/** The package's side of a stream: takes the next item only when the reader has room for it. */
export class GuestStream {
  readonly #iterator: AsyncIterator<unknown>
  #credit = STREAM_WINDOW
  #wake: (() => void) | undefined
  #stopped = false

  constructor(iterable: AsyncIterable<unknown>) {
    this.#iterator = iterable[Symbol.asyncIterator]()
  }

  /** Resolves at the end of the iterable, or when it was stopped; rejects with its error. */
  async pump(send: (value: unknown) => void): Promise<void> {
    for (;;) {
      if (this.#credit === 0) await new Promise<void>((resolve) => (this.#wake = resolve))
      if (this.#stopped) return
      const { value, done } = await this.#iterator.next()
      if (this.#stopped || done === true) return
      this.#credit -= 1
      send(value)
    }
  }

  need(count: number): void {
    this.#credit += count
    this.#wake?.()
    this.#wake = undefined
  }

  stop(): void {
    if (this.#stopped) return
    this.#stopped = true
    this.#wake?.()
    void this.#return()
  }

  async #return(): Promise<void> {
    try {
      await this.#iterator.return?.()
    } catch {
      // What a generator throws when nobody reads it any more has no reader either.
    }
  }
}

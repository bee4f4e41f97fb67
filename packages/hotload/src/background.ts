/** Work that nobody waits for, until the client closes. */
export class Background {
  readonly #running = new Set<Promise<unknown>>()

  run<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work)
    const forget = (): void => {
      this.#running.delete(work)
    }
    work.then(forget, forget)
    return work
  }

  /** Resolves when all of it ended, well or not. */
  async done(): Promise<void> {
    await Promise.allSettled(this.#running)
  }
}

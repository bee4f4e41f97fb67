import type { Events } from './events.ts'
import type { Generation } from './generation.ts'
import { about, type HostEvents } from './host-events.ts'

/** Versions on their way out: nobody new comes, and those that are there have a time to end. */
export class Retirement {
  readonly #drainMs: number
  readonly #disposeMs: number
  readonly #events: Events<HostEvents>
  readonly #leaving = new Set<Promise<void>>()

  constructor(drainMs: number, disposeMs: number, events: Events<HostEvents>) {
    this.#drainMs = drainMs
    this.#disposeMs = disposeMs
    this.#events = events
  }

  /** Resolves when all that were retired are gone. */
  async done(): Promise<void> {
    await Promise.all(this.#leaving)
  }

  /** Waits for those who work with it; it stays loaded. */
  async drain(generation: Generation): Promise<void> {
    if (generation.isDrained) return
    const cut = await generation.drain(this.#drainMs)
    if (generation.isDrained) return
    generation.isDrained = true
    this.#events.emit('drained', { ...about(generation.manifest), generation: generation.number, cut })
  }

  /** Drains it, and ends it. */
  retire(generation: Generation): void {
    const gone = this.drain(generation)
      .then(() => generation.dispose(this.#disposeMs))
      .catch((error: unknown) => {
        // What ended by itself was told when it did.
        if (generation.lost === undefined) this.#report(error)
      })
      .finally(() => this.#leaving.delete(gone))
    this.#leaving.add(gone)
  }

  #report(error: unknown): void {
    this.#events.emit('error', error instanceof Error ? error : new Error(String(error)))
  }
}

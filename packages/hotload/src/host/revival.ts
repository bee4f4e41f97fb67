import { setTimeout as wait } from 'node:timers/promises'
import type { Events } from './events.ts'
import type { Generation } from './generation.ts'
import type { HostEvents } from './host-events.ts'

const FIRST_PAUSE_MS = 500
const LAST_PAUSE_MS = 60_000
/** An isolate that lived so long begins with a clean sheet. */
const PROVEN_MS = 60_000

/** A version whose isolate ended by itself is started again: at once, and then with growing pauses. */
export class Revival {
  readonly #startAgain: (dead: Generation) => Promise<void>
  readonly #events: Events<HostEvents>
  readonly #closing = new AbortController()
  /** In a row. */
  #attempts = 0
  #soon: Promise<void> | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(startAgain: (dead: Generation) => Promise<void>, events: Events<HostEvents>) {
    this.#startAgain = startAgain
    this.#events = events
  }

  /** For callers that may wait: settled when the version is there again, or `undefined` while it pauses. */
  get soon(): Promise<void> | undefined {
    return this.#soon
  }

  begin(dead: Generation): void {
    if (dead.ageMs > PROVEN_MS) this.#attempts = 0
    this.#running = this.#run(dead)
  }

  /** Resolves when nothing is being started any more. */
  close(): Promise<void> {
    this.#closing.abort()
    return this.#running
  }

  async #run(dead: Generation): Promise<void> {
    for (;;) {
      const pauseMs =
        this.#attempts === 0 ? 0 : Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.#attempts - 1))
      this.#attempts += 1
      if (pauseMs > 0) {
        // Jitter, for the instances of one service that all died of one message.
        const signal = this.#closing.signal
        await wait(pauseMs * (0.5 + Math.random()), undefined, { signal, ref: false }).catch(() => undefined)
      }
      if (this.#closing.signal.aborted) return
      const start = this.#startAgain(dead)
      this.#soon = start.catch(() => undefined)
      try {
        await start
        return
      } catch (error) {
        this.#events.emit('error', error instanceof Error ? error : new Error(String(error)))
      } finally {
        this.#soon = undefined
      }
    }
  }
}

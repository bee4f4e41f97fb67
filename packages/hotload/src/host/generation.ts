import { HotloadError } from '../errors.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { deferred } from './deferred.ts'
import type { Isolate } from './loader.ts'
import { signalAt, signalPlace } from './rpc/arguments.ts'

/** A unit of work that holds a generation: a call, a stream, a lease. Cut when it outlives the time to drain. */
interface Holder {
  cut(error: HotloadError): void
}

export interface GenerationCounts {
  readonly ok: number
  readonly failed: number
  readonly cut: number
}

/** One loaded version, who works with it, and how that went. */
export class Generation {
  readonly number: number
  readonly manifest: Manifest
  readonly isolate: Isolate
  readonly since = new Date()
  readonly #startMs = performance.now()
  /** Called with the outcome of each call, while somebody watches. */
  onOutcome: ((isOk: boolean) => void) | undefined
  /** It was replaced, and nobody works with it any more. */
  isDrained = false
  readonly #holders = new Set<Holder>()
  #draining: Promise<number> | undefined
  #idle: (() => void) | undefined
  #ok = 0
  #failed = 0
  #cut = 0
  #end: Promise<void> | undefined
  #lost: HotloadError | undefined

  constructor(number: number, manifest: Manifest, isolate: Isolate) {
    this.number = number
    this.manifest = manifest
    this.isolate = isolate
  }

  get label(): string {
    return `${this.manifest.name}@${this.manifest.version} (generation ${this.number})`
  }

  get counts(): GenerationCounts {
    return { ok: this.#ok, failed: this.#failed, cut: this.#cut }
  }

  /** By a clock that nobody sets. */
  get ageMs(): number {
    return performance.now() - this.#startMs
  }

  get held(): number {
    return this.#holders.size
  }

  /** Set when its isolate ended by itself. */
  get lost(): HotloadError | undefined {
    return this.#lost
  }

  get isEnding(): boolean {
    return this.#end !== undefined
  }

  call(method: string, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const holder = { cut: reject }
      this.#holders.add(holder)
      answerOf(this.isolate, method, args).then(
        (value) => {
          if (isIterable(value)) return resolve(this.#leased(value[Symbol.asyncIterator](), holder, args))
          this.#settle(holder, true)
          return resolve(value)
        },
        (error: unknown) => {
          this.#settle(holder, !isPackagesFault(error, args))
          reject(error)
        },
      )
    })
  }

  /** Holds it until released. `cut` is called when it outlives the time to drain. */
  hold(cut: (error: HotloadError) => void): () => void {
    const holder = { cut }
    this.#holders.add(holder)
    return () => this.#release(holder)
  }

  /** Resolves when nobody holds it, with how many were cut: those that were there before and did not end in time. */
  drain(ms: number): Promise<number> {
    this.#draining ??= this.#drain(ms).finally(() => {
      this.#draining = undefined
    })
    return this.#draining
  }

  lose(error: HotloadError): void {
    this.#lost = error
  }

  /** Ends it; what is under way is rejected. Resolves when nothing of it is left. */
  dispose(ms: number): Promise<void> {
    this.onOutcome = undefined
    this.#end ??= this.#dispose(ms)
    return this.#end
  }

  async #dispose(ms: number): Promise<void> {
    const limit = AbortSignal.timeout(ms)
    try {
      await this.isolate.dispose(limit)
    } catch (cause) {
      if (cause !== limit.reason) throw cause
      const message = `dispose() of ${this.label} took longer than ${ms} ms, and it was ended without: allow more with the option disposeTimeout`
      throw new Error(message, { cause })
    }
  }

  async #drain(ms: number): Promise<number> {
    if (this.#holders.size === 0) return 0
    const { promise: idle, resolve } = deferred<void>()
    this.#idle = resolve
    const timer = setTimeout(resolve, ms)
    await idle
    clearTimeout(timer)
    this.#idle = undefined
    const left = [...this.#holders]
    const error = new HotloadError(
      'HOTLOAD_DRAIN_TIMEOUT',
      `${this.label} was replaced, and this call had not ended ${ms} ms later: it was cut, and what it did is not undone. ` +
        'Allow more time with the option drain.',
    )
    for (const holder of left) {
      this.#holders.delete(holder)
      this.#cut += 1
      holder.cut(error)
    }
    return left.length
  }

  #settle(holder: Holder, isOk: boolean): void {
    if (!this.#release(holder)) return
    if (isOk) this.#ok += 1
    else this.#failed += 1
    this.onOutcome?.(isOk)
  }

  #release(holder: Holder): boolean {
    const was = this.#holders.delete(holder)
    if (this.#holders.size === 0) this.#idle?.()
    return was
  }

  /** A stream holds its generation until it was read to its end. */
  #leased(
    stream: AsyncIterator<unknown>,
    holder: Holder,
    args: readonly unknown[],
  ): AsyncIterableIterator<unknown> {
    let cut: HotloadError | undefined
    // A race against one promise for each item would keep all items for as long as the stream goes on.
    const waiting = new Set<(error: HotloadError) => void>()
    holder.cut = (reason) => {
      cut = reason
      for (const reject of waiting) reject(reason)
      void endStream(stream)
    }
    return {
      next: async () => {
        if (cut !== undefined) throw cut
        const { promise, resolve, reject } = deferred<IteratorResult<unknown>>()
        waiting.add(reject)
        try {
          stream.next().then(resolve, reject)
          const result = await promise
          if (result.done === true) this.#settle(holder, true)
          return result
        } catch (error) {
          this.#settle(holder, !isPackagesFault(error, args))
          throw error
        } finally {
          waiting.delete(reject)
        }
      },
      return: async () => {
        this.#settle(holder, true)
        await stream.return?.()
        return { value: undefined, done: true }
      },
      [Symbol.asyncIterator]() {
        return this
      },
    }
  }
}

/** A loader of the user's own may throw where it should reject. */
function answerOf(isolate: Isolate, method: string, args: readonly unknown[]): Promise<unknown> {
  try {
    return isolate.call(method, args)
  } catch (error) {
    return Promise.reject(error)
  }
}

/** What the caller did itself, by its signal or its arguments, says nothing about the package. */
function isPackagesFault(error: unknown, args: readonly unknown[]): boolean {
  if (error instanceof HotloadError && error.code === 'HOTLOAD_ARGUMENT') return false
  return signalAt(args, signalPlace(args))?.aborted !== true
}

function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Symbol.asyncIterator in value &&
    typeof value[Symbol.asyncIterator] === 'function'
  )
}

/** Whoever read it was told that it was cut. */
async function endStream(stream: AsyncIterator<unknown>): Promise<void> {
  try {
    await stream.return?.()
  } catch {
    // Nobody is left to be told.
  }
}

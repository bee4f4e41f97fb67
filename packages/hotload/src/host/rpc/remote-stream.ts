import { STREAM_WINDOW } from './protocol.ts'

interface Reader {
  readonly resolve: (result: IteratorResult<unknown>) => void
  readonly reject: (reason: unknown) => void
}

/** An async iterable of the package, read here. The package goes on only as fast as it is read. */
export class RemoteStream implements AsyncIterableIterator<unknown> {
  readonly #need: (count: number) => void
  readonly #stop: () => void
  /** Called once, when nothing more is read from it. */
  onEnd: (() => void) | undefined
  #items: unknown[] = []
  #readers: Reader[] = []
  /** Items that the package may still send. */
  #credit = STREAM_WINDOW
  #taken = 0
  #end: { readonly error?: unknown } | undefined

  constructor(need: (count: number) => void, stop: () => void) {
    this.#need = need
    this.#stop = stop
  }

  /** False where the package sent more than it was asked for. */
  push(value: unknown): boolean {
    if (this.#end !== undefined) return true
    this.#credit -= 1
    if (this.#credit < 0) return false
    const reader = this.#readers.shift()
    if (reader === undefined) this.#items.push(value)
    else {
      reader.resolve({ value, done: false })
      this.#took()
    }
    return true
  }

  end(): void {
    this.#finish({})
  }

  fail(error: unknown): void {
    this.#finish({ error })
  }

  next(): Promise<IteratorResult<unknown>> {
    if (this.#items.length > 0) {
      const value = this.#items.shift()
      this.#took()
      return Promise.resolve({ value, done: false })
    }
    if (this.#end === undefined) {
      return new Promise((resolve, reject) => {
        this.#readers.push({ resolve, reject })
      })
    }
    if (!('error' in this.#end)) return Promise.resolve({ value: undefined, done: true })
    const { error } = this.#end
    this.#end = {}
    return Promise.reject(error)
  }

  return(): Promise<IteratorResult<unknown>> {
    if (this.#end === undefined) this.#stop()
    this.#items = []
    this.#finish({})
    this.#end = {}
    return Promise.resolve({ value: undefined, done: true })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #finish(end: { readonly error?: unknown }): void {
    if (this.#end !== undefined) return
    this.#end = end
    this.onEnd?.()
    const [first, ...others] = this.#readers
    this.#readers = []
    if (first === undefined) return
    if ('error' in end) {
      this.#end = {}
      first.reject(end.error)
    } else first.resolve({ value: undefined, done: true })
    for (const reader of others) reader.resolve({ value: undefined, done: true })
  }

  #took(): void {
    if (this.#end !== undefined) return
    this.#taken += 1
    if (this.#taken < STREAM_WINDOW / 2) return
    this.#credit += this.#taken
    this.#need(this.#taken)
    this.#taken = 0
  }
}

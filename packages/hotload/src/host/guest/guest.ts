import { HOOKS, packageApi, type Method, type PackageApi } from '../package-api.ts'
import { movedOf, withSignal } from '../rpc/arguments.ts'
import { fromErrorRecord, toErrorRecord } from '../rpc/error-record.ts'
import { GuestStream } from '../rpc/guest-stream.ts'
import { Outbox, type Moved } from '../rpc/outbox.ts'
import {
  ABORT,
  CALL,
  DISPOSE,
  END,
  FAILURE,
  HANDOVER,
  ITEM,
  LOAD,
  NEED,
  NO_SIGNAL,
  STREAM,
  VALUE,
} from '../rpc/protocol.ts'

/** The package's side: loads it, and answers calls. The host sends what the protocol says: nothing is checked here. */
export class Guest {
  readonly #outbox: Outbox
  readonly #controllers = new Map<number, AbortController>()
  readonly #streams = new Map<number, GuestStream>()
  #api: PackageApi | undefined
  #names: readonly string[] = []
  #methods: readonly Method[] = []

  constructor(post: (batch: readonly unknown[], moved: readonly Moved[]) => void) {
    this.#outbox = new Outbox(post, (entry, error) => this.#refused(entry, error))
  }

  receive(batch: readonly unknown[]): void {
    for (let at = 0; at < batch.length;) {
      const kind = batch[at]
      // The host numbers what it sends.
      const id = Number(batch[at + 1])
      if (kind === CALL) {
        const first = at + 5
        const last = first + Number(batch[at + 4])
        this.#call(id, Number(batch[at + 2]), Number(batch[at + 3]), batch.slice(first, last))
        at = last
      } else {
        this.#control(kind, id, batch[at + 2], batch[at + 3])
        at += kind === LOAD ? 4 : kind === ABORT || kind === NEED ? 3 : 2
      }
    }
  }

  #control(kind: unknown, id: number, first: unknown, second: unknown): void {
    if (kind === LOAD) this.#settle(id, this.#load(String(first), second))
    else if (kind === HANDOVER) this.#settle(id, invoke(this.#api?.handover))
    else if (kind === DISPOSE) this.#settle(id, invoke(this.#api?.dispose))
    else if (kind === NEED) this.#streams.get(id)?.need(Number(first))
    else {
      if (kind === ABORT) this.#controllers.get(id)?.abort(fromErrorRecord(first))
      this.#streams.get(id)?.stop()
    }
  }

  async #load(url: string, handover: unknown): Promise<readonly string[]> {
    const loaded: object = await import(url)
    this.#api = packageApi(loaded)
    this.#names = [...this.#api.methods.keys()]
    this.#methods = [...this.#api.methods.values()]
    if (this.#names.length === 0) {
      throw new TypeError(`it exports no function (${HOOKS.join(', ')} are hooks, not methods)`)
    }
    if (handover !== undefined) await this.#api.takeover?.(handover)
    return this.#names
  }

  #call(id: number, index: number, place: number, sent: unknown[]): void {
    let args = sent
    if (place !== NO_SIGNAL) {
      const controller = new AbortController()
      this.#controllers.set(id, controller)
      args = withSignal(sent, place, controller.signal)
    }
    try {
      const result = this.#methods[index]?.(...args)
      if (isThenable(result)) this.#settle(id, result)
      else this.#answer(id, result)
    } catch (error) {
      this.#fail(id, error)
    }
  }

  #settle(id: number, result: PromiseLike<unknown>): void {
    result.then(
      (value) => this.#answerOrFail(id, value),
      (error: unknown) => this.#fail(id, error),
    )
  }

  /** To look at a result may throw: at a proxy, say. */
  #answerOrFail(id: number, value: unknown): void {
    try {
      this.#answer(id, value)
    } catch (error) {
      this.#fail(id, error)
    }
  }

  #answer(id: number, value: unknown): void {
    if (typeof value === 'object' && value !== null) {
      if (isAsyncIterable(value)) {
        this.#stream(id, value)
        return
      }
      this.#outbox.move(movedOf(value))
    }
    this.#controllers.delete(id)
    this.#outbox.begin().push(VALUE, id, value)
  }

  #fail(id: number, error: unknown): void {
    this.#controllers.delete(id)
    this.#outbox.begin().push(FAILURE, id, toErrorRecord(error))
  }

  #stream(id: number, iterable: AsyncIterable<unknown>): void {
    const stream = new GuestStream(iterable)
    this.#streams.set(id, stream)
    this.#outbox.begin().push(STREAM, id)
    stream
      .pump((value) => {
        this.#outbox.begin().push(ITEM, id, value)
      })
      .then(
        () => this.#endStream(id, END, id),
        (error: unknown) => this.#endStream(id, FAILURE, id, toErrorRecord(error)),
      )
  }

  /** Unless it ended already, with an item that could not be copied. */
  #endStream(id: number, ...entry: readonly unknown[]): void {
    if (!this.#streams.delete(id)) return
    this.#controllers.delete(id)
    this.#outbox.begin().push(...entry)
  }

  #refused([kind, id]: readonly unknown[], cause: unknown): readonly unknown[] | undefined {
    if (typeof id !== 'number') return undefined
    const what = kind === ITEM ? 'an item of the stream' : 'the result'
    const found = cause instanceof Error ? cause.message : String(cause)
    const error = new TypeError(`${what} cannot be copied to the host, and only data can: ${found}`)
    const stream = this.#streams.get(id)
    this.#streams.delete(id)
    stream?.stop()
    this.#controllers.delete(id)
    return [FAILURE, id, toErrorRecord(error)]
  }
}

async function invoke(hook: Method | undefined): Promise<unknown> {
  return await hook?.()
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

function isAsyncIterable(value: object): value is AsyncIterable<unknown> {
  return Symbol.asyncIterator in value && typeof value[Symbol.asyncIterator] === 'function'
}

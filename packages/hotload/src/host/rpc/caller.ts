import { HotloadError } from '../../errors.ts'
import { movedOf, refusedArgument, signalAt, signalPlace, withSignal } from './arguments.ts'
import { fromErrorRecord, toErrorRecord } from './error-record.ts'
import { onAbort } from './on-abort.ts'
import { Outbox, type Moved } from './outbox.ts'
import {
  ABORT,
  CALL,
  DISPOSE,
  END,
  FAILURE,
  HANDOVER,
  ITEM,
  LOAD,
  LOAD_ID,
  NEED,
  NO_SIGNAL,
  STOP,
  STREAM,
  VALUE,
} from './protocol.ts'
import { RemoteStream } from './remote-stream.ts'

interface Pending {
  /** For the message where the arguments cannot be copied. */
  readonly method: string
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: unknown) => void
  stream?: RemoteStream
}

/** The host's side: calls that wait for their answer, by id. */
export class Caller {
  readonly #outbox: Outbox
  readonly #pending = new Map<number, Pending>()
  /** Their callers went; the package's answer is still to come and is dropped. */
  readonly #abandoned = new Set<number>()
  #nextId = LOAD_ID
  #lost: Error | undefined

  constructor(post: (batch: readonly unknown[], moved: readonly Moved[]) => void) {
    this.#outbox = new Outbox(post, (entry, cause) => this.#refused(entry, cause))
  }

  load(entry: string, handover: unknown): Promise<unknown> {
    return this.#ask('load', (id, batch) => batch.push(LOAD, id, entry, handover))
  }

  call(method: string, index: number, args: readonly unknown[]): Promise<unknown> {
    const place = signalPlace(args)
    if (place !== NO_SIGNAL) return this.#abortable(method, index, args, place)
    return this.#ask(method, (id, batch) => this.#push(batch, id, index, NO_SIGNAL, args))
  }

  handover(): Promise<unknown> {
    return this.#ask('handover', (id, batch) => batch.push(HANDOVER, id))
  }

  dispose(): Promise<unknown> {
    return this.#ask('dispose', (id, batch) => batch.push(DISPOSE, id))
  }

  /** Nothing comes any more: rejects all that waits. */
  lose(error: Error): void {
    this.#lost = error
    const pending = [...this.#pending.values()]
    this.#pending.clear()
    this.#abandoned.clear()
    for (const { reject, stream } of pending) {
      if (stream === undefined) reject(error)
      else stream.fail(error)
    }
  }

  /** Reads a batch. False where it holds what nobody asked for: then the package speaks for itself, and has to end. */
  receive(batch: unknown): boolean {
    if (!Array.isArray(batch)) return false
    for (let at = 0; at < batch.length;) {
      const kind: unknown = batch[at]
      const id: unknown = batch[at + 1]
      if (typeof id !== 'number' || !this.#answer(kind, id, batch[at + 2])) return false
      at += kind === STREAM || kind === END ? 2 : 3
    }
    return true
  }

  #answer(kind: unknown, id: number, value: unknown): boolean {
    const pending = this.#pending.get(id)
    if (pending === undefined) return this.#dropped(kind, id)
    const { stream } = pending
    if (stream === undefined) {
      if (kind === STREAM) {
        pending.stream = this.#stream(id)
        pending.resolve(pending.stream)
        return true
      }
      if (kind !== VALUE && kind !== FAILURE) return false
      this.#pending.delete(id)
      if (kind === VALUE) pending.resolve(value)
      else pending.reject(fromErrorRecord(value))
      return true
    }
    if (kind === ITEM) return stream.push(value)
    if (kind !== END && kind !== FAILURE) return false
    this.#pending.delete(id)
    if (kind === END) stream.end()
    else stream.fail(fromErrorRecord(value))
    return true
  }

  #dropped(kind: unknown, id: number): boolean {
    if (!this.#abandoned.has(id)) return false
    if (kind === STREAM) this.#outbox.begin().push(STOP, id)
    else if (kind !== ITEM) this.#abandoned.delete(id)
    return true
  }

  #ask(method: string, push: (id: number, batch: unknown[]) => void): Promise<unknown> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost)
    const id = this.#nextId
    this.#nextId += 1
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { method, resolve, reject })
      push(id, this.#outbox.begin())
    })
  }

  #push(batch: unknown[], id: number, index: number, place: number, args: readonly unknown[]): void {
    batch.push(CALL, id, index, place, args.length)
    for (const each of args) {
      batch.push(each)
      if (typeof each === 'object' && each !== null) this.#outbox.move(movedOf(each))
    }
  }

  async #abortable(method: string, index: number, args: readonly unknown[], place: number): Promise<unknown> {
    const signal = signalAt(args, place)
    signal?.throwIfAborted()
    const id = this.#nextId
    const answer = this.#ask(method, (_, batch) =>
      this.#push(batch, id, index, place, withSignal(args, place)),
    )
    const forget = signal && onAbort(signal, () => this.#abort(id, signal.reason))
    try {
      const value = await answer
      const stream = this.#pending.get(id)?.stream
      if (stream === undefined) forget?.()
      else stream.onEnd = forget
      return value
    } catch (error) {
      forget?.()
      throw error
    }
  }

  /** The caller goes at once; the package learns it, and what it still answers is dropped. */
  #abort(id: number, reason: unknown): void {
    const pending = this.#pending.get(id)
    if (pending === undefined) return
    this.#pending.delete(id)
    this.#abandoned.add(id)
    this.#outbox.begin().push(ABORT, id, toErrorRecord(reason))
    if (pending.stream === undefined) pending.reject(reason)
    else pending.stream.fail(reason)
  }

  #stream(id: number): RemoteStream {
    return new RemoteStream(
      (count) => this.#outbox.begin().push(NEED, id, count),
      () => {
        if (!this.#pending.delete(id)) return
        this.#abandoned.add(id)
        this.#outbox.begin().push(STOP, id)
      },
    )
  }

  #refused(entry: readonly unknown[], cause: unknown): undefined {
    const [kind, id] = entry
    if (typeof id !== 'number') return
    const pending = this.#pending.get(id)
    if (pending === undefined) return
    this.#pending.delete(id)
    pending.reject(
      kind === CALL
        ? refusedArgument(pending.method, entry.slice(5), cause)
        : new HotloadError(
            'HOTLOAD_ARGUMENT',
            `what handover() gave cannot be copied to the next version: only data can`,
            { cause },
          ),
    )
  }
}

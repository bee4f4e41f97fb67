import type { Isolate } from './loader.ts'
import type { PackageApi } from './package-api.ts'
import { noMethod, orAborted } from './remote-isolate.ts'

/** A package in this thread: its functions are called as they are. */
export class LocalIsolate implements Isolate {
  /** Never, and a promise of its own: what waits for one that all share would be kept for ever. */
  readonly ended = new Promise<Error>(() => undefined)
  readonly #api: PackageApi
  readonly #end: (signal: AbortSignal) => Promise<void>

  constructor(api: PackageApi, end: (signal: AbortSignal) => Promise<void> = () => Promise.resolve()) {
    this.#api = api
    this.#end = end
  }

  get methods(): readonly string[] {
    return [...this.#api.methods.keys()]
  }

  async call(name: string, args: readonly unknown[]): Promise<unknown> {
    const method = this.#api.methods.get(name)
    if (method === undefined) throw noMethod(name, this.methods)
    return method(...args)
  }

  async handover(): Promise<unknown> {
    return await this.#api.handover?.()
  }

  async dispose(signal: AbortSignal): Promise<void> {
    await orAborted(this.#dispose(), signal)
    await this.#end(signal)
  }

  async #dispose(): Promise<void> {
    await this.#api.dispose?.()
  }
}

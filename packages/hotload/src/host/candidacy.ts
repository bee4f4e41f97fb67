import { HotloadError } from '../errors.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { StagedPackage, Store, StoreState } from '../store/store.ts'
import { asHotloadError } from './boot.ts'
import { isGoodCanary } from './canary.ts'
import { probeGeneration } from './candidate.ts'
import { deadline } from './deadline.ts'
import { deferred } from './deferred.ts'
import type { Generation } from './generation.ts'
import { reached, withdrawn } from './history.ts'
import type { Settings } from './host-options.ts'
import { orAborted } from './remote-isolate.ts'
import type { Retirement } from './retirement.ts'
import type { Roster } from './roster.ts'

/** A version that is staged, with the validator to write down when its outcome is known. */
export interface Submission {
  readonly pkg: StagedPackage
  readonly etag: string | undefined
}

interface CandidacyParts {
  readonly settings: Settings
  readonly store: Store
  readonly roster: Roster
  readonly retirement: Retirement
  load(pkg: StagedPackage, signal: AbortSignal, handover: unknown): Promise<Generation>
  /** It passed: from here on it answers. */
  commit(generation: Generation, etag: string | undefined): Promise<void>
  refuse(manifest: Manifest, error: HotloadError, etag: string | undefined): Promise<void>
  persist(change: (state: StoreState) => StoreState): Promise<void>
  report(error: unknown): void
}

/** Thrown inside when a newer version came, or the client closes. */
const SUPERSEDED = Symbol('superseded')

/** One version at a time on its way to answer: loaded beside those that do, probed, tried with a share of the calls. */
export class Candidacy {
  readonly #parts: CandidacyParts
  #candidate: Generation | undefined
  #newer = deferred<void>()
  /** Of what is loaded, probed or tried now. */
  #trial = new AbortController()

  constructor(parts: CandidacyParts) {
    this.#parts = parts
  }

  get candidate(): Generation | undefined {
    return this.#candidate
  }

  /** Ends a canary that is under way: something newer is wanted. */
  supersede(): void {
    this.#newer.resolve()
    this.#newer = deferred()
  }

  /** It is not wanted any more: what is being loaded or probed is ended. */
  withdraw(): void {
    this.#trial.abort(new HotloadError('HOTLOAD_CLOSED', 'this version is not wanted any more'))
    this.supersede()
  }

  /** Resolves when it answers, was refused, or is not wanted any more. */
  async bring({ pkg, etag }: Submission): Promise<void> {
    const { manifest } = pkg
    const { roster, retirement } = this.#parts
    this.#trial = new AbortController()
    const { signal } = this.#trial
    // At most two that answer, and one candidate.
    await retirement.done()
    let generation: Generation
    try {
      signal.throwIfAborted()
      generation = await this.#parts.load(pkg, signal, await this.#handover(signal))
      this.#candidate = generation
      const isProven = await this.#isProven(generation, signal)
      if (!isProven || signal.aborted) throw SUPERSEDED
    } catch (error) {
      roster.stopCanary()
      if (this.#candidate !== undefined) retirement.retire(this.#candidate)
      this.#candidate = undefined
      if (error === SUPERSEDED || signal.aborted)
        await this.#parts.persist((state) => withdrawn(state, manifest))
      else await this.#parts.refuse(manifest, asHotloadError(error), etag)
      return
    }
    this.#candidate = undefined
    await this.#parts.commit(generation, etag)
  }

  /** False where a newer version is wanted; rejects where it may not be used. */
  async #isProven(generation: Generation, signal: AbortSignal): Promise<boolean> {
    const { settings, store, roster } = this.#parts
    const { manifest } = generation
    await store.update((state) => reached(state, manifest, 'started'))
    await probeGeneration(generation, settings, signal)
    await store.update((state) => reached(state, manifest, 'probed'))
    return !signal.aborted && isGoodCanary(generation, roster, settings, this.#newer.promise)
  }

  /** What the version that answers gives to the one that follows. */
  async #handover(signal: AbortSignal): Promise<unknown> {
    const { current } = this.#parts.roster
    if (current === undefined || current.lost !== undefined) return undefined
    using limit = deadline(this.#parts.settings.disposeMs, 'handover()', signal)
    try {
      return await orAborted(current.isolate.handover(), limit.signal)
    } catch (error) {
      if (!signal.aborted) this.#parts.report(error)
      return undefined
    }
  }
}

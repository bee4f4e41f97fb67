import { Background } from '../background.ts'
import { HotloadError } from '../errors.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { StagedPackage, Store, StoreState } from '../store/store.ts'
import { bootFromStore } from './boot.ts'
import { Candidacy, type Submission } from './candidacy.ts'
import { startGeneration } from './candidate.ts'
import type { Events } from './events.ts'
import type { Generation } from './generation.ts'
import {
  closed,
  committed,
  confirmed,
  isReplacedKept,
  isWatched,
  rejected,
  returned,
  type Refusal,
} from './history.ts'
import { about, type HostEvents } from './host-events.ts'
import type { Settings } from './host-options.ts'
import { Retirement } from './retirement.ts'
import { Revival } from './revival.ts'
import { answering, Roster } from './roster.ts'
import { watch, type Watch } from './watch.ts'

/** Which versions are loaded, who answers, and how that changes. Every change of the state is persisted before the next. */
export class Deployment {
  readonly roster = new Roster()
  readonly #settings: Settings
  readonly #store: Store
  readonly #events: Events<HostEvents>
  readonly #closing = new AbortController()
  readonly #retirement: Retirement
  readonly #revival: Revival
  readonly #candidacy: Candidacy
  /** The latest that came while another was on its way. */
  #next: Submission | undefined
  #work: Promise<void> = Promise.resolve()
  #watch: Watch | undefined
  /** Returns and confirmations. */
  readonly #background = new Background()

  constructor(settings: Settings, store: Store, events: Events<HostEvents>) {
    this.#settings = settings
    this.#store = store
    this.#events = events
    this.#retirement = new Retirement(settings.drainMs, settings.disposeMs, events)
    this.#revival = new Revival((dead) => this.#startAgain(dead), events)
    this.#candidacy = new Candidacy({
      settings,
      store,
      roster: this.roster,
      retirement: this.#retirement,
      load: (pkg, signal, handover) => this.#load(pkg, signal, handover),
      commit: (generation, etag) => this.#commit(generation, etag),
      refuse: (manifest, error, etag) => this.refuse(manifest, error, etag),
      persist: (change) => this.#persist(change),
      report: (error) => this.report(error),
    })
  }

  get candidate(): Generation | undefined {
    return this.#candidacy.candidate
  }

  /** Resolves when no version is on its way to be used. */
  get idle(): Promise<void> {
    return this.#work
  }

  /** Starts what the store holds, without the provider. */
  async start(): Promise<void> {
    const { current, previous, pending } = this.#store.state
    const other = [current, previous, pending?.manifest].find(
      (each) => each && each.name !== this.#settings.name,
    )
    if (other !== undefined)
      throw new HotloadError(
        'HOTLOAD_MANIFEST',
        `the store holds ${other.name}, and ${this.#settings.name} is wanted: each package has a store of its own, name another folder`,
      )
    const generation = await bootFromStore({
      store: this.#store,
      events: this.#events,
      maxCrashes: this.#settings.maxCrashes,
      load: (pkg) => this.#load(pkg),
    })
    if (generation === undefined) return
    const isConfirmed = !isWatched(this.#store.state)
    this.roster.current = generation
    this.roster.isConfirmed = isConfirmed
    const { manifest, number } = generation
    this.#events.emit('activated', { ...about(manifest), generation: number, isConfirmed })
    if (isConfirmed) return
    if (this.#settings.confirmMs === 0) await this.#confirm(generation)
    else this.#watchOver(generation)
  }

  /** Takes a version as soon as none is on its way. Of several that wait, the last one is taken. */
  submit(submission: Submission): void {
    this.#next = submission
    this.#candidacy.supersede()
    void this.exclusively(async () => {
      const next = this.#next
      this.#next = undefined
      if (next !== undefined && !this.isClosed) await this.#candidacy.bring(next)
    }).catch((error: unknown) => this.report(error))
  }

  /** One change after the other. */
  exclusively<T>(change: () => Promise<T>): Promise<T> {
    const done = this.#work.then(change)
    this.#work = done.then(
      () => undefined,
      () => undefined,
    )
    return done
  }

  /** Nothing that is on its way, or waits for that, is wanted any more: what is being loaded or probed is ended. */
  withdraw(): void {
    this.#next = undefined
    this.#candidacy.withdraw()
  }

  async refuse(
    manifest: Manifest,
    error: HotloadError,
    etag: string | undefined,
    retry: Refusal['retry'] = error.code === 'HOTLOAD_CONFIRM' ? 'late' : 'early',
  ): Promise<void> {
    const refusal: Refusal = { code: error.code, reason: error.message, retry }
    await this.#store.update((state) => rejected(state, manifest, refusal, etag, new Date()))
    const { retryAt = '' } = this.#store.state.quarantine.at(-1) ?? {}
    this.#events.emit('rejected', { ...about(manifest), error, retryAt })
  }

  /** Warm, or in the store. */
  get hasPredecessor(): boolean {
    return this.roster.previous !== undefined || this.#store.state.previous !== undefined
  }

  /** The version before answers again; false where there is none. Without a refusal what leaves may come back. */
  goBack(error: HotloadError, refusal: Refusal | undefined): Promise<boolean> {
    return this.#background.run(this.#goBack(error, refusal))
  }

  call(method: string, args: readonly unknown[]): Promise<unknown> {
    return answering(this.roster)?.call(method, args) ?? this.#callLater(method, args)
  }

  /** Who answers a lease that begins now. */
  hold(): Generation {
    const generation = answering(this.roster)
    if (generation === undefined) throw this.#nobody()
    return generation
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort(new HotloadError('HOTLOAD_CLOSED', 'the client is being closed'))
    this.withdraw()
    const revived = this.#revival.close()
    await this.#work
    this.#watch?.stop()
    await revived
    await this.#background.done()
    await this.#persist(closed)
    const { all } = this.roster
    this.roster.current = undefined
    this.roster.previous = undefined
    for (const generation of all) this.#retirement.retire(generation)
    await this.#retirement.done()
  }

  /** The versions on their way out included. */
  get isClosed(): boolean {
    return this.#closing.signal.aborted
  }

  async #commit(generation: Generation, etag: string | undefined): Promise<void> {
    const { manifest } = generation
    const from = this.roster.current
    this.#watch?.stop()
    const unneeded = this.roster.commit(generation, isReplacedKept(this.#store.state))
    this.#watchOver(generation)
    await this.#persist((state) => committed(state, manifest, etag))
    this.#events.emit('activated', {
      ...about(manifest),
      generation: generation.number,
      ...(from !== undefined && { from: from.manifest.version }),
      isConfirmed: false,
    })
    if (unneeded !== undefined) this.#retirement.retire(unneeded)
    if (this.#settings.confirmMs === 0) await this.#confirm(generation)
    else if (from !== undefined && from !== unneeded) void this.#retirement.drain(from)
  }

  #watchOver(generation: Generation): void {
    const { confirmMs, maxErrorRate, minCalls } = this.#settings
    if (confirmMs === 0) return
    const seen = watch(generation, { ms: confirmMs, maxErrorRate, minCalls })
    this.#watch = seen
    void this.#background.run(this.#judge(generation, seen))
  }

  async #judge(generation: Generation, seen: Watch): Promise<void> {
    const isGood = await seen.outcome
    if (isGood === undefined || this.#watch !== seen) return
    this.#watch = undefined
    if (isGood) await this.#confirm(generation)
    else await this.#returnByItself(generation, seen.seen)
  }

  async #confirm(generation: Generation): Promise<void> {
    if (this.roster.current !== generation || this.#closing.signal.aborted) return
    const kept = this.roster.confirm()
    await this.#persist(confirmed)
    this.#events.emit('confirmed', { ...about(generation.manifest), generation: generation.number })
    if (kept !== undefined) this.#retirement.retire(kept)
  }

  async #returnByItself(generation: Generation, why: string): Promise<void> {
    const error = new HotloadError('HOTLOAD_CONFIRM', `${generation.label} did not prove itself: ${why}`)
    const isBack = await this.goBack(error, { code: error.code, reason: error.message, retry: 'late' })
    if (isBack || this.roster.current !== generation) return
    this.report(error)
    if (generation.lost !== undefined) this.#revival.begin(generation)
  }

  async #goBack(error: HotloadError, refusal: Refusal | undefined): Promise<boolean> {
    this.#candidacy.supersede()
    const left = this.roster.current
    const to = await this.#predecessor()
    if (to === undefined) return false
    if (this.roster.current !== left) {
      // Somebody else was faster.
      if (to !== this.roster.previous && to !== this.roster.current) this.#retirement.retire(to)
      return false
    }
    this.#watch?.stop()
    to.isDrained = false
    this.roster.goBack(to)
    await this.#persist((state) => returned(state, refusal, new Date()))
    if (left === undefined) return true
    this.#events.emit('rolledBack', { ...about(left.manifest), error, to: to.manifest.version })
    this.#retirement.retire(left)
    return true
  }

  async #load(
    pkg: StagedPackage,
    signal: AbortSignal = this.#closing.signal,
    handover?: unknown,
  ): Promise<Generation> {
    const number = (this.#store.state.generation ?? 0) + 1
    await this.#store.update((state) => ({ ...state, generation: number }))
    const generation = await startGeneration(number, pkg, this.#settings, signal, handover)
    void generation.isolate.ended.then((error) => this.#onEnd(generation, error))
    return generation
  }

  #onEnd(generation: Generation, cause: Error): void {
    if (generation.isEnding) return
    const why = `${generation.label} ended by itself: ${cause.message}`
    generation.lose(new HotloadError('HOTLOAD_GENERATION_LOST', why, { cause }))
    if (generation === this.roster.previous) this.roster.previous = undefined
    if (generation !== this.roster.current) return
    if (this.roster.isConfirmed) {
      this.report(generation.lost)
      this.#revival.begin(generation)
    } else {
      this.#watch?.stop()
      void this.#returnByItself(generation, `it ended: ${cause.message}`)
    }
  }

  /** The same version in a new isolate, unless something else answers meanwhile. */
  async #startAgain(dead: Generation): Promise<void> {
    if (this.roster.current !== dead || this.#closing.signal.aborted) return
    const generation = await this.#load(await this.#store.stage(dead.manifest))
    if (this.roster.current !== dead || this.#closing.signal.aborted) {
      this.#retirement.retire(generation)
      return
    }
    this.roster.current = generation
    if (!this.roster.isConfirmed) this.#watchOver(generation)
  }

  async #callLater(method: string, args: readonly unknown[]): Promise<unknown> {
    if (this.roster.current?.lost !== undefined) await this.#revival.soon
    const { current } = this.roster
    if (current === undefined || current.lost !== undefined) throw this.#nobody()
    return current.call(method, args)
  }

  #nobody(): HotloadError {
    if (this.#closing.signal.aborted) return new HotloadError('HOTLOAD_CLOSED', 'the client is closed')
    const { name } = this.#settings
    return (
      this.roster.current?.lost ??
      new HotloadError(
        'HOTLOAD_NO_VERSION',
        `no version of ${name} is loaded: the store had none and none came from the provider yet; status() says why`,
      )
    )
  }

  /** Warm where it is, else started from the store. */
  async #predecessor(): Promise<Generation | undefined> {
    if (this.roster.previous !== undefined) return this.roster.previous
    const { previous } = this.#store.state
    if (previous === undefined) return undefined
    try {
      return await this.#load(await this.#store.stage(previous))
    } catch (error) {
      this.report(error)
      return undefined
    }
  }

  /** After a switch in memory: what cannot be written does not undo it. */
  async #persist(change: (state: StoreState) => StoreState): Promise<void> {
    try {
      await this.#store.update(change)
    } catch (error) {
      this.report(error)
    }
  }

  /** Something that no caller saw. */
  report(error: unknown): void {
    this.#events.emit('error', error instanceof Error ? error : new Error(String(error)))
  }
}

import { HotloadError } from '../errors.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { StagedPackage, Store, StoreState } from '../store/store.ts'
import { probeGeneration, startGeneration } from './candidate.ts'
import { deadline } from './deadline.ts'
import { deferred } from './deferred.ts'
import type { Events } from './events.ts'
import type { Generation } from './generation.ts'
import {
  closed,
  committed,
  confirmed,
  isReplacedKept,
  isWatched,
  reached,
  rejected,
  restarted,
  returned,
  unpinned,
  type Refusal,
} from './history.ts'
import type { HostEvents } from './host-events.ts'
import type { Settings } from './host-options.ts'
import { orAborted } from './remote-isolate.ts'
import { Revival } from './revival.ts'
import { Roster } from './roster.ts'
import { watch, type Watch } from './watch.ts'

/** A version that is staged, with the validator to write down when its outcome is known. */
export interface Submission {
  readonly pkg: StagedPackage
  readonly etag: string | undefined
}

/** Thrown inside an activation when a newer version came, or the client closes. */
const SUPERSEDED = Symbol('superseded')

/** Which versions are loaded, who answers, and how that changes. Every change of the state is persisted before the next. */
export class Deployment {
  readonly roster = new Roster()
  readonly #settings: Settings
  readonly #store: Store
  readonly #events: Events<HostEvents>
  readonly #closing = new AbortController()
  readonly #retiring = new Set<Promise<void>>()
  readonly #revival: Revival
  #candidate: Generation | undefined
  /** The latest that came while another was on its way. */
  #next: Submission | undefined
  #newer = deferred<void>()
  #work: Promise<void> = Promise.resolve()
  #watch: Watch | undefined

  constructor(settings: Settings, store: Store, events: Events<HostEvents>) {
    this.#settings = settings
    this.#store = store
    this.#events = events
    this.#revival = new Revival((dead) => this.#startAgain(dead), events)
  }

  get candidate(): Generation | undefined {
    return this.#candidate
  }

  /** Resolves when no version is on its way to be used. */
  get idle(): Promise<void> {
    return this.#work
  }

  /** Starts what the store holds, without the provider. */
  async start(): Promise<void> {
    await this.#store.update(restarted)
    const { state } = this.#store
    const { pending } = state
    if (pending !== undefined && pending.crashes >= this.#settings.maxCrashes) await this.#giveUp(state)
    const { current } = this.#store.state
    if (current === undefined) return
    try {
      this.roster.current = await this.#load(await this.#store.stage(current))
    } catch (cause) {
      await this.#startPrevious(current, cause)
      return
    }
    this.roster.isConfirmed = !isWatched(this.#store.state)
    this.#events.emit('activated', {
      ...about(current),
      generation: this.roster.current.number,
      isConfirmed: this.roster.isConfirmed,
    })
    if (this.roster.isConfirmed) return
    if (this.#settings.confirmMs === 0) await this.#confirm(this.roster.current)
    else this.#watchOver(this.roster.current)
  }

  /** Takes a version as soon as none is on its way. Of several that wait, the last one is taken. */
  submit(submission: Submission): void {
    this.#next = submission
    this.#supersede()
    void this.exclusively(async () => {
      const next = this.#next
      this.#next = undefined
      if (next !== undefined) await this.#activate(next)
    }).catch((error: unknown) => this.#report(error))
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

  /** Ends a canary that is under way: something newer is wanted. */
  #supersede(): void {
    this.#newer.resolve()
    this.#newer = deferred()
  }

  async refuse(manifest: Manifest, error: HotloadError, etag: string | undefined): Promise<void> {
    const retry = error.code === 'HOTLOAD_CONFIRM' ? 'late' : 'early'
    const refusal: Refusal = { code: error.code, reason: error.message, retry }
    await this.#store.update((state) => rejected(state, manifest, refusal, etag, new Date()))
    const { retryAt = '' } = this.#store.state.quarantine.at(-1) ?? {}
    this.#events.emit('rejected', { ...about(manifest), error, retryAt })
  }

  /** The version before answers again; false where there is none. Without a refusal what leaves may come back. */
  async goBack(error: HotloadError, refusal: Refusal | undefined): Promise<boolean> {
    this.#supersede()
    const left = this.roster.current
    const to = await this.#predecessor()
    if (to === undefined || this.roster.current !== left) return false
    this.#watch?.stop()
    to.isDrained = false
    this.roster.goBack(to)
    await this.#persist((state) => returned(state, refusal, new Date()))
    if (left === undefined) return true
    this.#events.emit('rolledBack', { ...about(left.manifest), error, to: to.manifest.version })
    this.#retire(left)
    return true
  }

  /** The provider took a version back: whoever runs it returns to the one before. */
  async retract(manifest: Manifest, etag: string | undefined): Promise<void> {
    const { name, version, sha512 } = manifest
    const error = new HotloadError('HOTLOAD_CONFIRM', `${name}@${version} was taken back by the provider`)
    const refusal: Refusal = { code: error.code, reason: error.message, retry: 'never' }
    if (this.#candidate?.manifest.sha512 === sha512) this.#supersede()
    if (this.roster.current?.manifest.sha512 === sha512) {
      const isBack = await this.goBack(error, refusal)
      if (!isBack) this.#report(error)
    }
    await this.#store.update((state) => rejected(state, manifest, refusal, etag, new Date()))
  }

  async rollback(): Promise<void> {
    const version = this.roster.current?.manifest.version
    const error = new HotloadError('HOTLOAD_CONFIRM', `${version} was rolled back by hand`)
    const isBack = await this.goBack(error, { code: error.code, reason: error.message, retry: 'never' })
    if (isBack) return
    throw new HotloadError(
      'HOTLOAD_NO_VERSION',
      `there is no version to return to: the store has none before ${version}`,
    )
  }

  async pin(version: string | undefined): Promise<void> {
    if (version === undefined) {
      await this.#store.update(unpinned)
      return
    }
    await this.#store.update((state) => ({ ...state, pinned: version }))
    const { current, previous } = this.#store.state
    if (current?.version === version || previous?.version !== version) return
    const error = new HotloadError('HOTLOAD_CONFIRM', `${version} was pinned`)
    await this.goBack(error, undefined)
  }

  call(method: string, args: readonly unknown[]): Promise<unknown> {
    const generation = this.roster.pick()
    if (generation !== undefined && generation.lost === undefined) return generation.call(method, args)
    return this.#callLater(method, args)
  }

  /** Who answers a lease that begins now. */
  hold(): Generation {
    const generation = this.roster.pick() ?? this.roster.current
    if (generation === undefined || generation.lost !== undefined) throw this.#nobody()
    return generation
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort(new HotloadError('HOTLOAD_CLOSED', 'the client is being closed'))
    this.#supersede()
    this.#revival.close()
    await this.#work
    this.#watch?.stop()
    await this.#persist(closed)
    const { all } = this.roster
    this.roster.current = undefined
    this.roster.previous = undefined
    for (const generation of all) this.#retire(generation)
    await Promise.all(this.#retiring)
  }

  /** The versions on their way out included. */
  get isClosed(): boolean {
    return this.#closing.signal.aborted
  }

  async #activate({ pkg, etag }: Submission): Promise<void> {
    const { manifest } = pkg
    // At most two that answer, and one candidate.
    await Promise.all(this.#retiring)
    try {
      this.#candidate = await this.#load(pkg, await this.#handover())
      await this.#store.update((state) => reached(state, manifest, 'started'))
      await probeGeneration(this.#candidate, this.#settings, this.#closing.signal)
      await this.#store.update((state) => reached(state, manifest, 'probed'))
      await this.#tryCanary(this.#candidate)
    } catch (error) {
      this.roster.stopCanary()
      if (this.#candidate !== undefined) this.#retire(this.#candidate)
      this.#candidate = undefined
      if (error === SUPERSEDED || this.#closing.signal.aborted) return
      await this.refuse(manifest, asHotloadError(error), etag)
      return
    }
    const generation = this.#candidate
    this.#candidate = undefined
    await this.#commit(generation, etag)
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
    if (unneeded !== undefined) this.#retire(unneeded)
    if (this.#settings.confirmMs === 0) await this.#confirm(generation)
    else if (from !== undefined && from !== unneeded) void this.#drain(from)
  }

  #watchOver(generation: Generation): void {
    const { confirmMs, maxErrorRate, minCalls } = this.#settings
    if (confirmMs === 0) return
    const seen = watch(generation, { ms: confirmMs, maxErrorRate, minCalls })
    this.#watch = seen
    void this.#judge(generation, seen)
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
    if (kept !== undefined) this.#retire(kept)
  }

  async #returnByItself(generation: Generation, why: string): Promise<void> {
    const error = new HotloadError('HOTLOAD_CONFIRM', `${generation.label} did not prove itself: ${why}`)
    const isBack = await this.goBack(error, { code: error.code, reason: error.message, retry: 'late' })
    if (isBack || this.roster.current !== generation) return
    this.#report(error)
    if (generation.lost !== undefined) this.#revival.begin(generation)
  }

  async #tryCanary(generation: Generation): Promise<void> {
    const { canary, canaryMs, maxErrorRate, minCalls } = this.#settings
    if (this.#closing.signal.aborted) throw SUPERSEDED
    if (canary === 0 || this.roster.current === undefined) return
    const seen = watch(generation, { ms: canaryMs, maxErrorRate, minCalls })
    this.roster.startCanary(generation, canary)
    try {
      const isGood = await Promise.race([
        seen.outcome,
        this.#newer.promise.then(() => undefined),
        generation.isolate.ended.then(() => false),
      ])
      if (isGood === undefined) throw SUPERSEDED
      if (!isGood) {
        const why = generation.lost?.message ?? seen.seen
        throw new HotloadError('HOTLOAD_CONFIRM', `the canary of ${generation.label} failed: ${why}`)
      }
    } finally {
      seen.stop()
    }
  }

  async #handover(): Promise<unknown> {
    const { current } = this.roster
    if (current === undefined || current.lost !== undefined) return undefined
    using limit = deadline(this.#settings.disposeMs, 'handover()', this.#closing.signal)
    try {
      return await orAborted(current.isolate.handover(), limit.signal)
    } catch (error) {
      this.#report(error)
      return undefined
    }
  }

  async #load(pkg: StagedPackage, handover?: unknown): Promise<Generation> {
    const number = (this.#store.state.generation ?? 0) + 1
    await this.#store.update((state) => ({ ...state, generation: number }))
    const generation = await startGeneration(number, pkg, this.#settings, this.#closing.signal, handover)
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
      this.#report(generation.lost)
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
      this.#retire(generation)
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
      this.#report(error)
      return undefined
    }
  }

  async #startPrevious(broken: Manifest, cause: unknown): Promise<void> {
    const error = asHotloadError(cause)
    const to = await this.#predecessor()
    const refusal: Refusal = { code: error.code, reason: error.message, retry: 'early' }
    await this.#store.update((state) => returned(state, refusal, new Date()))
    this.roster.current = to
    this.#events.emit('rolledBack', {
      ...about(broken),
      error,
      ...(to !== undefined && { to: to.manifest.version }),
    })
  }

  /** It ended the process too often before it was confirmed. */
  async #giveUp(state: StoreState): Promise<void> {
    const { pending } = state
    if (pending === undefined) return
    const { manifest, crashes } = pending
    const reason = `the process ended ${crashes} times before ${manifest.name}@${manifest.version} was confirmed`
    const error = new HotloadError('HOTLOAD_CONFIRM', reason)
    if (!isWatched(state)) {
      await this.refuse(manifest, error, undefined)
      return
    }
    const refusal: Refusal = { code: error.code, reason, retry: 'late' }
    await this.#store.update((now) => returned(now, refusal, new Date()))
    const to = this.#store.state.current?.version
    this.#events.emit('rolledBack', { ...about(manifest), error, ...(to !== undefined && { to }) })
  }

  async #drain(generation: Generation): Promise<void> {
    if (generation.isDrained) return
    const cut = await generation.drain(this.#settings.drainMs)
    if (generation.isDrained) return
    generation.isDrained = true
    this.#events.emit('drained', { ...about(generation.manifest), generation: generation.number, cut })
  }

  #retire(generation: Generation): void {
    const done = this.#drain(generation)
      .then(() => generation.dispose(this.#settings.disposeMs))
      .catch((error: unknown) => {
        // What ended by itself was told when it did.
        if (generation.lost === undefined) this.#report(error)
      })
      .finally(() => this.#retiring.delete(done))
    this.#retiring.add(done)
  }

  /** After a switch in memory: what cannot be written does not undo it. */
  async #persist(change: (state: StoreState) => StoreState): Promise<void> {
    try {
      await this.#store.update(change)
    } catch (error) {
      this.#report(error)
    }
  }

  #report(error: unknown): void {
    this.#events.emit('error', error instanceof Error ? error : new Error(String(error)))
  }
}

function about({ name, version, seq, sha512 }: Manifest) {
  return { name, version, seq, digest: sha512 }
}

function asHotloadError(error: unknown): HotloadError {
  if (error instanceof HotloadError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new HotloadError('HOTLOAD_LOAD', message, { cause: error })
}

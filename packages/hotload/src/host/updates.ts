import { satisfies } from 'semver'
import { HotloadError } from '../errors.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { isInRollout } from '../manifest/rollout.ts'
import type { PollOutcome, PollRequest } from '../source/poller.ts'
import type { Offer, Source } from '../source/source.ts'
import type { Store } from '../store/store.ts'
import type { Deployment } from './deployment.ts'
import type { Events } from './events.ts'
import { heldBack, isRetryDue, reached, settled } from './history.ts'
import type { HostEvents } from './host-events.ts'
import type { Settings } from './host-options.ts'
import { retract } from './operations.ts'

/** What is wrong with a blob that is not what its manifest says: asking again at once brings it again. */
const REFUSED_BLOBS = new Set(['HOTLOAD_DIGEST', 'HOTLOAD_ARCHIVE', 'HOTLOAD_TOO_LARGE', 'HOTLOAD_MANIFEST'])

/** From a check of the provider to a version that is staged. */
export class Updates {
  readonly #settings: Settings
  readonly #source: Source
  readonly #store: Store
  readonly #deployment: Deployment
  readonly #events: Events<HostEvents>
  readonly #closing = new AbortController()
  /** Offered last and not settled yet: its validator is known here, and not yet in the store. */
  #underWay: Offer | undefined
  #lastCheck: Date | undefined
  #lastError: Error | undefined

  constructor(
    settings: Settings,
    source: Source,
    store: Store,
    deployment: Deployment,
    events: Events<HostEvents>,
  ) {
    this.#settings = settings
    this.#source = source
    this.#store = store
    this.#deployment = deployment
    this.#events = events
  }

  get lastCheck(): Date | undefined {
    return this.#lastCheck
  }

  /** Of the last check, where it failed. */
  get lastError(): Error | undefined {
    return this.#lastError
  }

  /** Checks once, and fetches what is offered. The switch goes on by itself. */
  async poll({ waitMs, signal }: PollRequest): Promise<PollOutcome> {
    const { state, clientId } = this.#store
    const etag = isRetryDue(state, new Date()) ? undefined : (this.#underWay?.etag ?? state.etag)
    const result = await this.#source.check({
      name: this.#settings.name,
      ...(etag !== undefined && { etag }),
      highWater: state.highWater,
      clientId,
      ...(waitMs !== undefined && { waitMs }),
      signal,
      store: this.#store,
    })
    this.#lastCheck = new Date()
    if (result.kind === 'failed') {
      if (!signal.aborted) this.#failed(result.error)
      return result
    }
    this.#lastError = undefined
    if (result.kind === 'unchanged') {
      if (result.etag !== undefined && result.etag !== etag && this.#underWay === undefined)
        await this.#store.update((now) => settled(now, result.etag))
      return result
    }
    try {
      return await this.#take(result)
    } catch (error) {
      this.#underWay = undefined
      if (!this.#closing.signal.aborted) this.#failed(error)
      return { kind: 'failed' }
    }
  }

  /** What is on its way is not handed on when it is there; returns it. */
  withdraw(): Offer | undefined {
    const offer = this.#underWay
    this.#underWay = undefined
    return offer
  }

  close(): void {
    this.#closing.abort()
  }

  async #take(offer: Offer): Promise<PollOutcome> {
    const { manifest, etag } = offer
    const { state, clientId } = this.#store
    const { current } = state
    if (manifest.retracted === true) {
      await retract(this.#deployment, this.#store, manifest, etag)
      return { kind: 'offered' }
    }
    if (isSameVersion(current, manifest)) {
      // Signed or rolled out anew, or what is on its way was taken back: what runs is what is offered.
      this.#deployment.withdraw()
      await this.#store.update((now) => settled({ ...renewed(now, manifest) }, etag))
      return { kind: 'unchanged' }
    }
    if (this.#isUnderWay(manifest)) return { kind: 'unchanged' }
    const isOthers =
      (state.pinned !== undefined && state.pinned !== manifest.version) ||
      !isInRollout(manifest.name, manifest.seq, clientId, manifest.rollout ?? 1) ||
      heldBack(state, manifest, new Date()) !== undefined
    if (isOthers) {
      await this.#store.update((now) => settled({ ...now, highWater: manifest.seq }, etag))
      return { kind: 'unchanged' }
    }
    const refusal = this.#hostRefusal(manifest)
    if (refusal !== undefined) {
      await this.#deployment.refuse(manifest, refusal, etag)
      return { kind: 'offered' }
    }
    this.#underWay = offer
    await this.#fetch(offer)
    return { kind: 'offered' }
  }

  async #fetch({ manifest, etag }: Offer): Promise<void> {
    await this.#store.update((state) => reached(state, manifest, 'offered'))
    try {
      const writer = await this.#store.receive({ sha512: manifest.sha512, size: manifest.size })
      if (writer !== undefined) {
        try {
          await this.#source.download(manifest, writer, this.#closing.signal)
        } catch (error) {
          await writer.suspend()
          throw error
        }
        await writer.finish()
      }
      const pkg = await this.#store.stage(manifest)
      if (!this.#isUnderWay(manifest)) return
      await this.#store.update((state) => reached(state, manifest, 'staged'))
      this.#deployment.submit({ pkg, etag })
      void this.#deployment.idle.then(() => this.#forget(manifest))
    } catch (error) {
      if (!(error instanceof HotloadError) || !REFUSED_BLOBS.has(error.code)) throw error
      if (!this.#isUnderWay(manifest)) return
      this.#underWay = undefined
      await this.#deployment.refuse(manifest, error, etag)
    }
  }

  #isUnderWay({ seq, sha512 }: Manifest): boolean {
    const manifest = this.#underWay?.manifest
    return manifest?.seq === seq && manifest.sha512 === sha512
  }

  #forget(manifest: Manifest): void {
    if (this.#isUnderWay(manifest)) this.#underWay = undefined
  }

  #hostRefusal({ name, version, host }: Manifest): HotloadError | undefined {
    const { hostVersion } = this.#settings
    if (host === undefined) return undefined
    if (hostVersion !== undefined && satisfies(hostVersion, host, { includePrerelease: true }))
      return undefined
    const found =
      hostVersion === undefined ? 'this host does not say its version' : `this host is ${hostVersion}`
    return new HotloadError(
      'HOTLOAD_HOST_RANGE',
      `${name}@${version} is made for a host of ${host}, and ${found}: see the option hostVersion`,
    )
  }

  #failed(error: unknown): void {
    this.#lastError = error instanceof Error ? error : new Error(String(error))
    this.#events.emit('error', this.#lastError)
  }
}

function isSameVersion(a: Manifest | undefined, b: Manifest): boolean {
  return a?.sha512 === b.sha512 && a.version === b.version && a.entry === b.entry
}

function renewed(state: Store['state'], manifest: Manifest): Store['state'] {
  const { pending } = state
  const isPending = pending !== undefined && isSameVersion(pending.manifest, manifest)
  return {
    ...state,
    current: manifest,
    highWater: Math.max(state.highWater, manifest.seq),
    ...(isPending && { pending: { ...pending, manifest } }),
  }
}

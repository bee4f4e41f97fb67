import { HotloadError } from '../errors.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { StagedPackage, Store } from '../store/store.ts'
import { about, type HostEvents } from './host-events.ts'
import type { Events } from './events.ts'
import type { Generation } from './generation.ts'
import { isWatched, rejected, restarted, returned, type Refusal } from './history.ts'

interface BootParts {
  readonly store: Store
  readonly events: Events<HostEvents>
  readonly maxCrashes: number
  readonly load: (pkg: StagedPackage) => Promise<Generation>
}

/**
 * Starts what the store holds, without the provider: the current version, or the one before it where the current one ended
 * the process too often or does not start any more.
 */
export async function bootFromStore(parts: BootParts): Promise<Generation | undefined> {
  const { store, maxCrashes } = parts
  await store.update(restarted)
  const { pending } = store.state
  if (pending !== undefined && pending.crashes >= maxCrashes) await giveUp(parts, pending)
  const { current } = store.state
  if (current === undefined) return undefined
  try {
    return await parts.load(await store.stage(current))
  } catch (cause) {
    return startPrevious(parts, current, asHotloadError(cause))
  }
}

export function asHotloadError(error: unknown): HotloadError {
  if (error instanceof HotloadError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new HotloadError('HOTLOAD_LOAD', message, { cause: error })
}

/** It ended the process too often before it was confirmed. */
async function giveUp(
  { store, events }: BootParts,
  { manifest, crashes }: { readonly manifest: Manifest; readonly crashes: number },
): Promise<void> {
  const reason = `the process ended ${crashes} times before ${manifest.name}@${manifest.version} was confirmed`
  const error = new HotloadError('HOTLOAD_CONFIRM', reason)
  const refusal: Refusal = { code: error.code, reason, retry: 'late' }
  if (isWatched(store.state)) {
    await store.update((state) => returned(state, refusal, new Date()))
    tellReturn(events, manifest, error, store.state.current)
    return
  }
  await store.update((state) => rejected(state, manifest, refusal, state.etag, new Date()))
  const { retryAt = '' } = store.state.quarantine.at(-1) ?? {}
  events.emit('rejected', { ...about(manifest), error, retryAt })
}

async function startPrevious(
  { store, events, load }: BootParts,
  broken: Manifest,
  error: HotloadError,
): Promise<Generation | undefined> {
  const { previous } = store.state
  const to = previous && (await load(await store.stage(previous)).catch(() => undefined))
  const refusal: Refusal = { code: error.code, reason: error.message, retry: 'early' }
  await store.update((state) => returned(state, refusal, new Date()))
  tellReturn(events, broken, error, to?.manifest)
  return to
}

function tellReturn(
  events: Events<HostEvents>,
  from: Manifest,
  error: HotloadError,
  to: Manifest | undefined,
): void {
  events.emit('rolledBack', { ...about(from), error, ...(to !== undefined && { to: to.version }) })
}

import type { ErrorCode } from '../errors.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { Quarantine, StoreState } from '../store/store.ts'

/** The arrows of the state machine, each from one persisted state to the next. */

type Pending = NonNullable<StoreState['pending']>

/** What went wrong before anybody called it is tried again soon; what hurt callers, late. */
const FIRST_RETRY_MS = { early: 60_000, late: 3_600_000 }
const LAST_RETRY_MS = { early: 3_600_000, late: 86_400_000 }
const MAX_QUARANTINE = 32
/** An operator's word stands until a new publication. */
const NEVER = '9999-12-31T23:59:59.000Z'

export interface Refusal {
  readonly code: ErrorCode
  readonly reason: string
  /** `late` where callers were hurt, `never` where an operator said so. */
  readonly retry: 'early' | 'late' | 'never'
}

/** On its way to `phase`. A version that is watched keeps its place: a crash before it is confirmed has to be counted. */
export function reached(state: StoreState, manifest: Manifest, phase: Pending['phase']): StoreState {
  const highWater = Math.max(state.highWater, manifest.seq)
  if (isWatched(state)) return { ...state, highWater }
  const crashes = isSame(state.pending?.manifest, manifest) ? (state.pending?.crashes ?? 0) : 0
  return { ...state, highWater, pending: { manifest, phase, crashes } }
}

/** It answers from now on, and is watched. */
export function committed(state: StoreState, manifest: Manifest, etag: string | undefined): StoreState {
  const previous = isReplacedKept(state) ? state.current : state.previous
  const crashes = isSame(state.pending?.manifest, manifest) ? (state.pending?.crashes ?? 0) : 0
  return settled(
    {
      ...without(state, 'previous'),
      ...(previous !== undefined && { previous }),
      current: manifest,
      pending: { manifest, phase: 'active', crashes },
      highWater: Math.max(state.highWater, manifest.seq),
      quarantine: state.quarantine.filter(({ digest }) => digest !== manifest.sha512),
    },
    etag,
  )
}

/** What is watched is not what to return to, unless there is nothing else. */
export function isReplacedKept(state: StoreState): boolean {
  return !isWatched(state) || state.previous === undefined
}

export function confirmed(state: StoreState): StoreState {
  return isWatched(state) ? without(state, 'pending') : state
}

/** `current` leaves, `previous` is current again. Without a refusal what leaves may come back. */
export function returned(state: StoreState, refusal: Refusal | undefined, now: Date): StoreState {
  const { current, previous } = state
  const rest = without(without(without(state, 'current'), 'previous'), 'pending')
  return {
    ...rest,
    ...(previous !== undefined && { current: previous }),
    quarantine:
      current === undefined || refusal === undefined
        ? state.quarantine
        : quarantined(state, current, refusal, now),
  }
}

/** What answers stays; the version that was offered is not tried again before its time. */
export function rejected(
  state: StoreState,
  manifest: Manifest,
  refusal: Refusal,
  etag: string | undefined,
  now: Date,
): StoreState {
  const rest = isWatched(state) ? state : without(state, 'pending')
  return settled(
    {
      ...rest,
      highWater: Math.max(state.highWater, manifest.seq),
      quarantine: quarantined(state, manifest, refusal, now),
    },
    etag,
  )
}

/** The validator goes with the outcome, never before it. */
export function settled(state: StoreState, etag: string | undefined): StoreState {
  return etag === undefined ? without(state, 'etag') : { ...state, etag }
}

/** Without the validator, so that the provider says again what it has. */
export function unpinned(state: StoreState): StoreState {
  return without(without(state, 'pinned'), 'etag')
}

/** It was on its way and is not any more, for no fault of its own: what ends the process from now on was not it. */
export function withdrawn(state: StoreState, manifest: Manifest): StoreState {
  const { pending } = state
  if (pending === undefined || isWatched(state) || !isSame(pending.manifest, manifest)) return state
  return { ...state, pending: { ...pending, phase: 'offered' } }
}

/** The process began again. Whatever was on its way when it ended may have ended it. */
export function restarted(state: StoreState): StoreState {
  const { pending } = state
  if (pending === undefined || pending.phase === 'offered') return state
  if (pending.phase === 'probed' && isSame(state.current, pending.manifest)) {
    // Closed in an orderly way while it was watched.
    return { ...state, pending: { ...pending, phase: 'active' } }
  }
  return { ...state, pending: { ...pending, crashes: pending.crashes + 1 } }
}

/** An orderly end of the process is no crash: `restarted` reads this. */
export function closed(state: StoreState): StoreState {
  const { pending } = state
  return pending?.phase === 'active' ? { ...state, pending: { ...pending, phase: 'probed' } } : state
}

/** The entry that holds this publication back at this time. */
export function heldBack({ quarantine }: StoreState, manifest: Manifest, now: Date): Quarantine | undefined {
  return quarantine.find(
    ({ digest, seq, retryAt }) => digest === manifest.sha512 && seq === manifest.seq && !isOver(retryAt, now),
  )
}

/** A version that was refused may be tried again: it has to be asked for without the validator. */
export function isRetryDue({ quarantine, highWater }: StoreState, now: Date): boolean {
  return quarantine.some(({ seq, retryAt }) => seq === highWater && isOver(retryAt, now))
}

/** Also where the time lies further ahead than any that is given: the clock was set back since. */
function isOver(retryAt: string, now: Date): boolean {
  if (retryAt === NEVER) return false
  const leftMs = Date.parse(retryAt) - now.getTime()
  return leftMs <= 0 || leftMs > LAST_RETRY_MS.late
}

export function isWatched({ current, pending }: StoreState): boolean {
  return pending?.phase === 'active' && isSame(current, pending.manifest)
}

function isSame(a: Manifest | undefined, b: Manifest | undefined): boolean {
  return a !== undefined && b !== undefined && a.sha512 === b.sha512 && a.seq === b.seq
}

function quarantined(state: StoreState, manifest: Manifest, refusal: Refusal, now: Date): Quarantine[] {
  const { code, reason, retry } = refusal
  const isThis = ({ digest, seq }: Quarantine) => digest === manifest.sha512 && seq === manifest.seq
  const before = state.quarantine.findLast(({ digest }) => digest === manifest.sha512)
  const attempts = (before?.attempts ?? 0) + 1
  const retryAt =
    retry === 'never'
      ? NEVER
      : new Date(
          now.getTime() + Math.min(FIRST_RETRY_MS[retry] * 2 ** (attempts - 1), LAST_RETRY_MS[retry]),
        ).toISOString()
  const others = state.quarantine.filter((each) => !isThis(each)).slice(1 - MAX_QUARANTINE)
  return [...others, { digest: manifest.sha512, seq: manifest.seq, code, reason, attempts, retryAt }]
}

function without<Key extends keyof StoreState>(state: StoreState, key: Key): Omit<StoreState, Key> {
  const { [key]: _, ...rest } = state
  return rest
}

import { createHash } from 'node:crypto'
import { HotloadError } from '../errors.ts'
import { MANIFEST_TYPE, readEnvelope, writeEnvelope, type Envelope } from './envelope.ts'
import { shown } from './json-value.ts'
import { keySet, nextKeySet, requireSignatures, type KeySet } from './key-list.ts'

/** Says that a document comes from whom it should: keys, `tufVerifier()`, or one of your own (Sigstore, for instance). */
export interface Verifier {
  /** The payload that was signed: a manifest. Rejects with `HOTLOAD_SIGNATURE`, or `HOTLOAD_MANIFEST` where it is no such document. */
  verify(document: Uint8Array, context: VerifyContext): Promise<Uint8Array>
}

export interface VerifyContext {
  readonly now: Date
  /** Of the package that was asked for. */
  readonly name: string
  /** Where key lists are kept over restarts: a `Store`. */
  readonly memory?: TrustMemory
  /** Over the connections of the source; absent where a document is verified without one. */
  readonly fetchSmall?: FetchSmall
}

/** Gets a document whole, redirects followed. Rejects with a `HotloadError`; another status than 200 is an answer, without bytes. */
export type FetchSmall = (
  url: URL,
  limitBytes: number,
) => Promise<{ readonly status: number; readonly bytes: Uint8Array }>

/** Part of `Store`. Without it a key list is remembered for the life of the verifier. */
export interface TrustMemory {
  readonly state: { readonly trust?: RememberedTrust }
  update(change: <S extends { readonly trust?: RememberedTrust }>(state: S) => S): Promise<void>
}

/** The key lists that were followed, so that no mirror can take back a rotation; of TUF its metadata. */
export interface RememberedTrust {
  /** Of the configured keys: other keys begin anew. */
  readonly root: string
  /** Documents in the order of their verifier. */
  readonly lists: readonly string[]
}

/** Public keys one of which must sign; or how many of them; or a verifier of your own. */
export type Trust =
  | readonly string[]
  | { readonly keys: readonly string[]; readonly threshold?: number }
  | Verifier

/** Throws `HOTLOAD_SIGNATURE` where a key cannot be read. */
export function verifierOf(trust: Trust): Verifier {
  if (!isGiven(trust))
    throw new HotloadError(
      'HOTLOAD_SIGNATURE',
      'trust names no key: the public key of the publisher was wanted, as [publicKey]; hotload keygen writes a pair',
    )
  if (isKeys(trust)) return keyVerifier(trust, 1)
  return 'verify' in trust ? trust : keyVerifier(trust.keys, trust.threshold ?? 1)
}

/** From a program without types it may be missing. */
function isGiven(trust: unknown): boolean {
  if (Array.isArray(trust)) return trust.length > 0
  return typeof trust === 'object' && trust !== null && ('verify' in trust || 'keys' in trust)
}

/** `Array.isArray` alone does not tell a readonly array from the rest. */
function isKeys(trust: Trust): trust is readonly string[] {
  return Array.isArray(trust)
}

function keyVerifier(keys: readonly string[], threshold: number): Verifier {
  const configured = keySet(keys, threshold)
  const root = rootOf(configured)
  let own: RememberedTrust = { root, lists: [] }
  const ownMemory: TrustMemory = {
    get state() {
      return { trust: own }
    },
    update(change) {
      own = change<{ readonly trust?: RememberedTrust }>({ trust: own }).trust ?? own
      return Promise.resolve()
    },
  }
  return {
    async verify(document, { now, memory = ownMemory }) {
      const envelope = readEnvelope(document)
      if (envelope.payloadType !== MANIFEST_TYPE)
        throw new HotloadError(
          'HOTLOAD_MANIFEST',
          `the signed document is of type ${shown(envelope.payloadType)}: ${MANIFEST_TYPE} was wanted`,
        )
      const remembered = memory.state.trust?.root === root ? memory.state.trust.lists : []
      const known = followed(configured, remembered.map(storedEnvelope))
      const { set, lists } = followed(known.set, envelope.keyLists)
      requireSignatures(envelope, set, 'the manifest')
      if (set.expires !== undefined && Date.parse(set.expires) < now.getTime())
        throw new HotloadError(
          'HOTLOAD_EXPIRED',
          `key list ${set.seq} expired at ${set.expires}: the publisher has to sign the next one, or this machine's clock is wrong`,
        )
      if (lists.length > 0) {
        const all = [...remembered, ...lists.map((list) => Buffer.from(writeEnvelope(list)).toString())]
        await memory.update((state) => ({ ...state, trust: { root, lists: all } }))
      }
      return envelope.payload
    },
  }
}

/** Follows lists in their order; those that are not newer are passed over, so that an old chain changes nothing. */
function followed(
  from: KeySet,
  envelopes: readonly Envelope[],
): { readonly set: KeySet; readonly lists: readonly Envelope[] } {
  let set = from
  const lists: Envelope[] = []
  for (const envelope of envelopes) {
    const next = nextKeySet(envelope, set)
    if (next === undefined) continue
    set = next
    lists.push(envelope)
  }
  return { set, lists }
}

function storedEnvelope(text: string): Envelope {
  return readEnvelope(Buffer.from(text))
}

function rootOf({ keys, threshold }: KeySet): string {
  const ids = keys.map(({ keyId }) => keyId).toSorted()
  return createHash('sha256')
    .update(`${threshold} ${ids.join(' ')}`)
    .digest('hex')
}

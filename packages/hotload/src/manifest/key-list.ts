import { verify } from 'node:crypto'
import { HotloadError } from '../errors.ts'
import { KEY_LIST_TYPE, preAuthEncoding, type Envelope } from './envelope.ts'
import { isObject, parseJson, shown } from './json-value.ts'
import { readPublicKey, type PublicKey } from './keys.ts'
import { isCount, isInstant } from './read-manifest.ts'
import { signValue, type Signer } from './signer.ts'

const MAX_KEYS = 16

/** Who may sign from now on: signed by enough of the keys before it and by enough of its own (TUF §5.3 does the same). */
export interface KeyList {
  readonly schema: 'hotload.keys/1'
  /** The configured keys are number 0; each list is one more than the list before it. */
  readonly seq: number
  /** So many of the keys must have signed. */
  readonly threshold: number
  /** `ed25519:…` */
  readonly keys: readonly string[]
  /** ISO 8601, Z. Later than this nothing signed under the list is taken. */
  readonly expires?: string
}

/** Keys that are trusted at one time. */
export interface KeySet {
  readonly seq: number
  readonly threshold: number
  readonly keys: readonly PublicKey[]
  readonly expires?: string
}

/** Signs a list with the keys before it and with its own. */
export function signKeyList(list: KeyList, signers: readonly Signer[]): Promise<Envelope> {
  return signValue(KEY_LIST_TYPE, list, signers)
}

/** The set that a list of keys stands for; a key that is named twice counts once. Throws `HOTLOAD_SIGNATURE`. */
export function keySet(keys: readonly string[], threshold: number, seq = 0, expires?: string): KeySet {
  const distinct = new Map(keys.map(readPublicKey).map((key) => [key.keyId, key]))
  if (!isCount(threshold) || threshold < 1 || threshold > distinct.size)
    throw new HotloadError(
      'HOTLOAD_SIGNATURE',
      `the threshold is ${shown(threshold)} with ${distinct.size} different keys: 1 to ${distinct.size} was wanted`,
    )
  return { seq, threshold, keys: [...distinct.values()], ...(expires !== undefined && { expires }) }
}

/** Throws `HOTLOAD_SIGNATURE` where fewer than the threshold of different keys signed. */
export function requireSignatures(envelope: Envelope, set: KeySet, what: string): void {
  const encoded = preAuthEncoding(envelope.payloadType, envelope.payload)
  const signed = set.keys.filter(({ keyId, key }) =>
    envelope.signatures.some(
      (signature) => signature.keyId === keyId && verify(undefined, encoded, key, signature.bytes),
    ),
  )
  if (signed.length >= set.threshold) return
  const named = envelope.signatures.map(({ keyId }) => shown(keyId)).join(', ')
  throw new HotloadError(
    'HOTLOAD_SIGNATURE',
    `${what} is signed by ${signed.length} of the trusted keys, ${set.threshold} were wanted: it names ${named || 'no key'}; trusted are ${set.keys.map(({ keyId }) => keyId).join(', ')}`,
  )
}

/** The set after `set` that this list brings; `undefined` where it is not newer. Throws where it is newer and not rightly signed. */
export function nextKeySet(envelope: Envelope, set: KeySet): KeySet | undefined {
  if (envelope.payloadType !== KEY_LIST_TYPE) throw refused(`has type ${shown(envelope.payloadType)}`)
  const list = parseJson(new TextDecoder().decode(envelope.payload))
  if (!isObject(list) || list['schema'] !== 'hotload.keys/1') throw refused('has another schema')
  const { seq, threshold, keys, expires } = list
  if (!isCount(seq)) throw refused(`has seq ${shown(seq)}`)
  if (seq <= set.seq) return undefined
  if (seq !== set.seq + 1) throw refused(`has seq ${seq} after ${set.seq}: a list between them is missing`)
  requireSignatures(envelope, set, `key list ${seq}`)
  if (!isKeyTexts(keys)) throw refused(`has not a list of 1 to ${MAX_KEYS} keys`)
  if (!isCount(threshold)) throw refused(`has threshold ${shown(threshold)}`)
  if (expires !== undefined && !isInstant(expires)) throw refused(`has expires ${shown(expires)}`)
  const next = keySet(keys, threshold, seq, expires)
  requireSignatures(envelope, next, `key list ${seq} of itself`)
  return next
}

function isKeyTexts(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) && value.length <= MAX_KEYS && value.every((key): boolean => typeof key === 'string')
  )
}

function refused(found: string): HotloadError {
  return new HotloadError('HOTLOAD_SIGNATURE', `a key list ${found}`)
}

import { HotloadError } from '../errors.ts'
import { isObject, parseJson } from './json-value.ts'

export const MANIFEST_TYPE = 'application/vnd.hotload.manifest+json'
export const KEY_LIST_TYPE = 'application/vnd.hotload.keys+json'
/** Of the whole document, key lists included: a client reads no more of an answer. */
export const MAX_ENVELOPE_BYTES = 64 * 1024
const MAX_SIGNATURES = 16
const MAX_KEY_LISTS = 32
const SIGNATURE_BYTES = 64

/** https://github.com/secure-systems-lab/dsse/blob/v1.0.2/envelope.md */
export interface Envelope {
  readonly payloadType: string
  readonly payload: Uint8Array
  readonly signatures: readonly Signature[]
  /** How the keys came to be: see `key-list.ts`. Only a manifest brings them. */
  readonly keyLists: readonly Envelope[]
}

export interface Signature {
  /** A hint; what counts is that a trusted key verifies it. */
  readonly keyId: string
  readonly bytes: Uint8Array
}

/** DSSE v1 pre-authentication encoding: what is signed, so that no payload can be taken for one of another type. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = Buffer.from(payloadType)
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `), payload])
}

export function writeEnvelope(envelope: Envelope): Uint8Array {
  return Buffer.from(JSON.stringify(plain(envelope)))
}

/** Checks the form alone. Throws `HOTLOAD_MANIFEST`. */
export function readEnvelope(bytes: Uint8Array): Envelope {
  if (bytes.byteLength > MAX_ENVELOPE_BYTES)
    throw refused(`has ${bytes.byteLength} bytes: at most ${MAX_ENVELOPE_BYTES} are read`)
  return envelopeOf(parseJson(new TextDecoder().decode(bytes)), true)
}

function envelopeOf(value: unknown, mayHaveKeyLists: boolean): Envelope {
  if (!isObject(value)) throw refused('is not a JSON object: is this the address of a hotload provider?')
  const { payloadType, payload, signatures, keyLists = [] } = value
  if (typeof payloadType !== 'string' || typeof payload !== 'string' || !Array.isArray(signatures))
    throw refused('lacks payloadType, payload or signatures: is this the address of a hotload provider?')
  if (signatures.length > MAX_SIGNATURES)
    throw refused(`has ${signatures.length} signatures: at most ${MAX_SIGNATURES} are read`)
  if (!Array.isArray(keyLists) || keyLists.length > (mayHaveKeyLists ? MAX_KEY_LISTS : 0))
    throw refused(`has keyLists that are not a list of at most ${MAX_KEY_LISTS}`)
  return {
    payloadType,
    payload: Buffer.from(payload, 'base64'),
    signatures: signatures.map(signatureOf),
    keyLists: keyLists.map((list) => envelopeOf(list, false)),
  }
}

function signatureOf(value: unknown): Signature {
  if (!isObject(value) || typeof value['keyid'] !== 'string' || typeof value['sig'] !== 'string')
    throw refused('has a signature without keyid or sig')
  const bytes = Buffer.from(value['sig'], 'base64')
  if (bytes.length !== SIGNATURE_BYTES)
    throw refused(`has a signature of ${bytes.length} bytes: ${SIGNATURE_BYTES} were wanted (Ed25519)`)
  return { keyId: value['keyid'], bytes }
}

function plain(envelope: Envelope): object {
  return {
    payloadType: envelope.payloadType,
    payload: Buffer.from(envelope.payload).toString('base64'),
    signatures: envelope.signatures.map(({ keyId, bytes }) => ({
      keyid: keyId,
      sig: Buffer.from(bytes).toString('base64'),
    })),
    ...(envelope.keyLists.length > 0 && { keyLists: envelope.keyLists.map(plain) }),
  }
}

function refused(found: string): HotloadError {
  return new HotloadError('HOTLOAD_MANIFEST', `the signed document ${found}`)
}

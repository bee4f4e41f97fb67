import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'
import { HotloadError } from '../errors.ts'

/** RFC 8410 §7 and §4: what stands before the 32 bytes in the DER form of a private and of a public Ed25519 key. */
const PRIVATE_DER = Buffer.from('302e020100300506032b657004220420', 'hex')
const PUBLIC_DER = Buffer.from('302a300506032b6570032100', 'hex')
const PRIVATE_PREFIX = 'ed25519-private:'
const PUBLIC_PREFIX = 'ed25519:'
const KEY_BYTES = 32

export interface KeyPairText {
  /** Names the key in signatures. */
  readonly keyId: string
  /** `ed25519:…`, one line: for the clients. */
  readonly publicKey: string
  /** `ed25519-private:…`, one line: for the publisher alone. */
  readonly privateKey: string
}

/** A key that verifies, with its name. */
export interface PublicKey {
  readonly keyId: string
  readonly key: KeyObject
  /** One line, whatever it was read from. */
  readonly text: string
}

export function generateKeys(): KeyPairText {
  const { privateKey } = generateKeyPairSync('ed25519')
  const seed = rawBytes(privateKey.export({ format: 'der', type: 'pkcs8' }))
  const { keyId, text } = publicKeyOf(createPublicKey(privateKey))
  return { keyId, publicKey: text, privateKey: PRIVATE_PREFIX + seed.toString('base64url') }
}

/** From the one-line form or PEM (SPKI). Throws `HOTLOAD_SIGNATURE`. */
export function readPublicKey(text: string): PublicKey {
  const trimmed = text.trim()
  if (trimmed.startsWith(PRIVATE_PREFIX) || trimmed.includes('PRIVATE KEY'))
    throw unreadable('a private key', 'the public one was wanted; keep the private one with the publisher')
  return publicKeyOf(
    parsed(() =>
      trimmed.startsWith(PUBLIC_PREFIX)
        ? createPublicKey({
            key: Buffer.concat([PUBLIC_DER, decoded(trimmed, PUBLIC_PREFIX)]),
            format: 'der',
            type: 'spki',
          })
        : createPublicKey(trimmed),
    ),
  )
}

/** From the one-line form or PEM (PKCS 8). Throws `HOTLOAD_SIGNATURE`. */
export function readPrivateKey(text: string): KeyObject {
  const trimmed = text.trim()
  if (trimmed.startsWith(PUBLIC_PREFIX) || trimmed.includes('PUBLIC KEY'))
    throw unreadable('a public key', 'the private one was wanted: it signs')
  const key = parsed(() =>
    trimmed.startsWith(PRIVATE_PREFIX)
      ? createPrivateKey({
          key: Buffer.concat([PRIVATE_DER, decoded(trimmed, PRIVATE_PREFIX)]),
          format: 'der',
          type: 'pkcs8',
        })
      : createPrivateKey(trimmed),
  )
  if (key.asymmetricKeyType !== 'ed25519')
    throw unreadable(`a key of type ${key.asymmetricKeyType}`, 'Ed25519 was wanted')
  return key
}

export function publicKeyOf(key: KeyObject): PublicKey {
  if (key.asymmetricKeyType !== 'ed25519')
    throw unreadable(`a key of type ${key.asymmetricKeyType}`, 'Ed25519 was wanted')
  const raw = rawBytes(key.export({ format: 'der', type: 'spki' }))
  return {
    keyId: createHash('sha256').update(raw).digest('hex').slice(0, 32),
    key,
    text: PUBLIC_PREFIX + raw.toString('base64url'),
  }
}

function rawBytes(der: Buffer): Buffer {
  return der.subarray(-KEY_BYTES)
}

function decoded(text: string, prefix: string): Buffer {
  const bytes = Buffer.from(text.slice(prefix.length), 'base64url')
  if (bytes.length !== KEY_BYTES) throw new Error(`${bytes.length} bytes instead of ${KEY_BYTES}`)
  return bytes
}

/** The text of a key is never part of a message: it may be the private one. */
function parsed(read: () => KeyObject): KeyObject {
  try {
    return read()
  } catch (cause) {
    throw unreadable(
      'text that is no key',
      'ed25519:… or PEM was wanted; hotload keygen writes a pair',
      cause,
    )
  }
}

function unreadable(found: string, wanted: string, cause?: unknown): HotloadError {
  return new HotloadError('HOTLOAD_SIGNATURE', `a key is ${found}: ${wanted}`, { cause })
}

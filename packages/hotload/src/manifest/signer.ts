import { createPublicKey, sign } from 'node:crypto'
import { canonicalJson } from './canonical.ts'
import { preAuthEncoding, type Envelope, type Signature } from './envelope.ts'
import { publicKeyOf, readPrivateKey } from './keys.ts'

/** Signs for one key; the key may lie in another machine. */
export interface Signer {
  readonly keyId: string
  /** Ed25519 over the bytes as they are. */
  sign(bytes: Uint8Array): Promise<Uint8Array>
}

/** From `ed25519-private:…` or PEM. */
export function ed25519Signer(privateKey: string): Signer {
  const key = readPrivateKey(privateKey)
  return {
    keyId: publicKeyOf(createPublicKey(key)).keyId,
    sign: (bytes) => Promise.resolve(sign(undefined, bytes, key)),
  }
}

/** One signature of each signer over the canonical form of a value. */
export async function signValue(
  payloadType: string,
  value: object,
  signers: readonly Signer[],
  keyLists: readonly Envelope[] = [],
): Promise<Envelope> {
  const payload = Buffer.from(canonicalJson(value))
  const encoded = preAuthEncoding(payloadType, payload)
  const signatures = await Promise.all(
    signers.map(async (signer): Promise<Signature> => ({
      keyId: signer.keyId,
      bytes: await signer.sign(encoded),
    })),
  )
  return { payloadType, payload, signatures, keyLists }
}

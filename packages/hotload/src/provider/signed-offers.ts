import { createHash } from 'node:crypto'
import { HotloadError } from '../errors.ts'
import { MANIFEST_TYPE, MAX_ENVELOPE_BYTES, writeEnvelope, type Envelope } from '../manifest/envelope.ts'
import { signValue, type Signer } from '../manifest/signer.ts'
import { findRelease, manifestFields, type Offer, type PackageRecord, type Release } from './releases.ts'

export interface SignedOffer {
  readonly document: Uint8Array
  /** Strong. */
  readonly etag: string
  readonly lastModified: Date
  readonly expires: Date
}

/** Signatures are kept for so many offers. */
const MAX_CACHED = 1000

export interface SignedOffers {
  /** The signed manifest of an offer; signed again well before it expires. */
  get(record: PackageRecord, offer: Offer, now: Date): Promise<SignedOffer>
}

/**
 * Signs on demand. Dates of expiry lie on a grid of half their time, so that they are between one half and the whole away,
 * and so that every provider with the same folder and key, also after a restart, gives the same bytes and the same ETag.
 */
export function signedOffers(
  signers: readonly Signer[],
  keyLists: readonly Envelope[],
  defaultHoldsMs: number,
): SignedOffers {
  const cache = new Map<string, Promise<SignedOffer>>()

  async function sign(release: Release, offer: Offer, validity: Validity): Promise<SignedOffer> {
    const manifest = manifestFields(release, offer, validity.expires.toISOString())
    const document = writeEnvelope(await signValue(MANIFEST_TYPE, manifest, signers, keyLists))
    if (document.byteLength > MAX_ENVELOPE_BYTES)
      throw new HotloadError(
        'HOTLOAD_MANIFEST',
        `the signed manifest has ${document.byteLength} bytes, clients read ${MAX_ENVELOPE_BYTES}: give clients the newest keys and drop old key lists`,
      )
    const etag = `"${createHash('sha256').update(document).digest('hex').slice(0, 32)}"`
    const lastModified = new Date(Math.max(Date.parse(offer.at), validity.since.getTime()))
    return { document, etag, lastModified, expires: validity.expires }
  }

  return {
    get(record, offer, now) {
      const release = findRelease(record, offer.version)
      if (release === undefined)
        return Promise.reject(
          new HotloadError(
            'HOTLOAD_MANIFEST',
            `${record.name} ${offer.version} is offered and not among the releases`,
          ),
        )
      const validity = validityOf(release, defaultHoldsMs, now)
      const key = JSON.stringify([record.name, release, offer, validity.expires])
      const known = cache.get(key)
      if (known !== undefined) return known
      const signed = sign(release, offer, validity)
      // A key that could not be reached may be there the next time.
      signed.catch(() => cache.delete(key))
      cache.set(key, signed)
      for (const oldest of cache.keys()) if (cache.size > MAX_CACHED) cache.delete(oldest)
      return signed
    },
  }
}

interface Validity {
  readonly since: Date
  readonly expires: Date
}

function validityOf({ expires, publishedAt }: Release, defaultHoldsMs: number, now: Date): Validity {
  if (typeof expires === 'string') return { since: new Date(publishedAt), expires: new Date(expires) }
  // A date of expiry needs no fractions.
  const halfMs = Math.max(1000, Math.floor((expires ?? defaultHoldsMs) / 2000) * 1000)
  const step = Math.floor(now.getTime() / halfMs)
  return { since: new Date(step * halfMs), expires: new Date((step + 2) * halfMs) }
}

import { HotloadError } from '../errors.ts'
import { isObject, parseJson, shown } from './json-value.ts'
import type { Manifest } from './manifest.ts'
import { manifestOf } from './read-manifest.ts'
import { verifierOf, type FetchSmall, type Trust, type TrustMemory } from './trust.ts'

export interface VerifyOptions {
  /** Make it once with `verifierOf`: it remembers key lists where `memory` is absent. */
  readonly trust: Trust
  /** The package that was asked for. */
  readonly name: string
  /** The highest `seq` that was ever verified. */
  readonly highWater: number
  /** The present where it is absent. */
  readonly now?: Date
  /** A blob beyond this is refused; 1 GiB where it is absent. */
  readonly maxBlobBytes?: number
  /** The store, so that a rotation of keys outlives the process. */
  readonly memory?: TrustMemory
  /** For a verifier that has to ask for more than the document. */
  readonly fetchSmall?: FetchSmall
}

/**
 * The manifest in a signed document. Rejects with `HOTLOAD_SIGNATURE`, `HOTLOAD_MANIFEST` (malformed, absurd or of another
 * name), `HOTLOAD_EXPIRED` or `HOTLOAD_REPLAY`. Nothing of the payload is read before its signatures are verified.
 */
export async function verifyManifest(document: Uint8Array, options: VerifyOptions): Promise<Manifest> {
  const { trust, name, highWater, now = new Date(), maxBlobBytes, memory, fetchSmall } = options
  const payload = await verifierOf(trust).verify(document, {
    now,
    name,
    ...(memory !== undefined && { memory }),
    ...(fetchSmall !== undefined && { fetchSmall }),
  })
  const value = parseJson(new TextDecoder().decode(payload))
  if (!isObject(value)) throw new HotloadError('HOTLOAD_MANIFEST', 'the payload is not a JSON object')
  const manifest = manifestOf(value, maxBlobBytes)
  if (manifest.name !== name)
    throw new HotloadError(
      'HOTLOAD_MANIFEST',
      `the manifest is of ${shown(manifest.name)}: ${shown(name)} was asked for`,
    )
  if (Date.parse(manifest.expires) < now.getTime())
    throw new HotloadError(
      'HOTLOAD_EXPIRED',
      `the manifest of ${name} ${manifest.version} expired at ${manifest.expires}: the provider has to sign it again, or this machine's clock is wrong`,
    )
  if (manifest.seq < highWater)
    throw new HotloadError(
      'HOTLOAD_REPLAY',
      `the manifest of ${name} ${manifest.version} has seq ${manifest.seq}, ${highWater} was seen before: a stale mirror, or a replay; to return to an older version the provider publishes it under a new seq`,
    )
  return manifest
}

import { HotloadError } from '../errors.ts'
import { isObject, shown } from '../manifest/json-value.ts'
import { isInstant, isPackageName, manifestOf } from '../manifest/read-manifest.ts'
import { durationMs } from '../source/duration.ts'
import { removePath, renameDurably } from '../store/durable.ts'
import { packBlob } from './pack.ts'
import type { ReleaseFolder } from './release-folder.ts'
import {
  findRelease,
  withOffer,
  withReleasesKept,
  type Offer,
  type PackageRecord,
  type Release,
} from './releases.ts'

export interface PublishOptions {
  /** A semantic version. The bytes of a version never change. */
  readonly version: string
  /** A semver range of the host programs that can load it. */
  readonly host?: string
  /** Share of clients that get it, 0 to 1; all where it is absent. */
  readonly rollout?: number
  /** Path of the module inside; as Node finds it where it is absent. */
  readonly entry?: string
  /** Instead of the provider's: how long a signature holds (`'12h'`), or a date (ISO 8601, Z) after which none holds. */
  readonly expires?: string | number
  /** The number is at least this: after the folder of a provider was lost, one above what clients have seen. */
  readonly seq?: number
}

/** What is offered now. */
export interface Published {
  readonly name: string
  readonly version: string
  readonly seq: number
  readonly sha512: string
  readonly size: number
  readonly rollout?: number
  readonly retracted?: true
}

export interface Publishing {
  readonly publish: (name: string, source: string, options: PublishOptions) => Promise<Published>
  readonly rollOut: (name: string, share: number) => Promise<Published>
  readonly returnTo: (
    name: string,
    version: string,
    options?: { readonly rollout?: number },
  ) => Promise<Published>
  readonly retract: (name: string, version?: string) => Promise<Published>
}

/** Changes what a folder offers, one change after the other, each on disk before it is announced. */
export function publishing(
  opening: Promise<ReleaseFolder>,
  keep: number,
  now: () => Date,
  announce: (name: string) => void,
): Publishing {
  async function change(
    name: string,
    step: (record: PackageRecord, at: string) => PackageRecord | Promise<PackageRecord>,
  ): Promise<Published> {
    const folder = await opening
    const record = await folder.change(name, async (before) =>
      withReleasesKept(await step(before, now().toISOString()), keep),
    )
    announce(name)
    // What was published is; blobs that nobody names any more can wait for the next time.
    await folder.collect().catch(() => undefined)
    return publishedOf(record)
  }

  return {
    async publish(name, source, options) {
      requireParts(source, options)
      if (!isPackageName(name))
        throw new HotloadError(
          'HOTLOAD_MANIFEST',
          `the package is named ${shown(name)}: a name such as "pricing" or "@team/pricing" was wanted`,
        )
      const folder = await opening
      const temporary = folder.temporary()
      try {
        const blob = await packBlob(source, temporary, options.entry)
        return await change(name, async (record, at) => {
          const release = releaseOf(name, { ...blob, ...given(options) }, at)
          const known = findRelease(record, release.version)
          if (known !== undefined && known.sha512 !== release.sha512)
            throw new HotloadError(
              'HOTLOAD_MANIFEST',
              `${name} ${release.version} was published with other bytes: a version never changes, publish the next one`,
            )
          const others = record.releases.filter(({ version }) => version !== release.version)
          const changed = { ...record, releases: [...others, release] }
          const next = withOffer(changed, offerOf(release, at, options.rollout), options.seq)
          await renameDurably(temporary, folder.blobPath(release.sha512))
          return next
        })
      } finally {
        await removePath(temporary)
      }
    },

    rollOut(name, share) {
      return change(name, (record) => {
        const newest = record.offers.at(-1)
        if (newest === undefined) throw unpublished(name)
        checkShare(share)
        const { rollout: _, ...offer } = newest
        const changed = share < 1 ? { ...offer, rollout: share } : offer
        const offers = [...record.offers.slice(0, -1), changed]
        return { ...record, offers: share < 1 ? offers : [changed] }
      })
    },

    returnTo(name, version, { rollout } = {}) {
      return change(name, (record, at) => {
        const release = findRelease(record, version)
        if (release === undefined) throw unknownVersion(record, name, version)
        if (release.isRetracted)
          throw new HotloadError(
            'HOTLOAD_MANIFEST',
            `${name} ${version} was retracted: publish what is right under a new version`,
          )
        return withOffer(record, offerOf(release, at, rollout))
      })
    },

    retract(name, version) {
      return change(name, (record, at) => {
        const wanted = version ?? record.offers.at(-1)?.version
        if (wanted === undefined) throw unpublished(name)
        if (findRelease(record, wanted) === undefined) throw unknownVersion(record, name, wanted)
        const marked = record.releases.map((release) =>
          release.version === wanted ? { ...release, isRetracted: true } : release,
        )
        const retracted = { ...record, releases: marked }
        if (!record.offers.some((offer) => offer.version === wanted)) return retracted
        const index = marked.findIndex((release) => release.version === wanted)
        const before = marked.slice(0, index).findLast((release) => !release.isRetracted)
        if (before !== undefined) return withOffer(retracted, offerOf(before, at))
        return withOffer(retracted, { version: wanted, at, retracted: true })
      })
    },
  }
}

/** A program without types may leave them out. */
function requireParts(source: unknown, options: unknown): void {
  if (typeof source === 'string' && source !== '' && isObject(options)) return
  const found = `publish() was given ${shown(source)} and ${shown(options)}`
  throw new TypeError(`${found}: publish(name, 'path/of/the/package', { version }) was wanted`)
}

function given({ version, host, entry, expires }: PublishOptions): Pick<PublishOptions, 'version'> & {
  host?: string
  entry?: string
  expires?: number | string
} {
  return {
    version,
    ...(host !== undefined && { host }),
    ...(entry !== undefined && { entry }),
    ...(expires !== undefined && { expires: isInstant(expires) ? expires : durationMs(expires, 'expires') }),
  }
}

/** Checked as a client would, so that nothing is published that none takes. */
function releaseOf(name: string, fields: object, at: string): Release {
  const { expires, ...rest }: { expires?: number | string } = fields
  const manifest = manifestOf(
    { ...rest, name, schema: 'hotload.manifest/1', seq: 1, expires: at },
    Number.MAX_SAFE_INTEGER,
  )
  const { schema: _, seq: __, expires: ___, ...release } = manifest
  return { ...release, publishedAt: at, isRetracted: false, ...(expires !== undefined && { expires }) }
}

function offerOf({ version }: Release, at: string, rollout?: number): Omit<Offer, 'seq'> {
  if (rollout !== undefined) checkShare(rollout)
  return { version, at, ...(rollout !== undefined && rollout < 1 && { rollout }) }
}

function checkShare(share: number): void {
  if (share >= 0 && share <= 1) return
  throw new HotloadError('HOTLOAD_MANIFEST', `the rollout is ${shown(share)}: a share from 0 to 1 was wanted`)
}

function publishedOf(record: PackageRecord): Published {
  const offer = record.offers.at(-1)
  const release = offer === undefined ? undefined : findRelease(record, offer.version)
  if (offer === undefined || release === undefined) throw unpublished(record.name)
  const { name, version, sha512, size } = release
  return {
    name,
    version,
    seq: offer.seq,
    sha512,
    size,
    ...(offer.rollout !== undefined && { rollout: offer.rollout }),
    ...(offer.retracted !== undefined && { retracted: offer.retracted }),
  }
}

function unpublished(name: string): HotloadError {
  return new HotloadError('HOTLOAD_NO_VERSION', `nothing was published as ${shown(name)}`)
}

function unknownVersion({ releases }: PackageRecord, name: string, version: string): HotloadError {
  const known = releases.map((release) => release.version).join(', ')
  return new HotloadError(
    'HOTLOAD_NO_VERSION',
    `${name} has no version ${shown(version)}: ${known === '' ? 'nothing was published' : `there are ${known}`}`,
  )
}

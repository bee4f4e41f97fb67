import { isObject, parseJson, type JsonObject } from '../manifest/json-value.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { isCount, isInstant, manifestOf } from '../manifest/read-manifest.ts'
import { isInRollout } from '../manifest/rollout.ts'

/** What of a manifest belongs to the version and never changes. */
type ReleaseFields = Omit<Manifest, 'schema' | 'seq' | 'expires' | 'rollout' | 'retracted'>

export interface Release extends ReleaseFields {
  readonly publishedAt: string
  readonly isRetracted: boolean
  /** Milliseconds that a signature holds, or the date after which none is made. */
  readonly expires?: number | string
}

/** A release that clients are offered, under the number that orders it. */
export interface Offer {
  readonly seq: number
  readonly version: string
  readonly at: string
  readonly rollout?: number
  readonly retracted?: true
}

/** All that a provider knows of one package: a file of its own, replaced as a whole. */
export interface PackageRecord {
  readonly schema: 'hotload.releases/1'
  readonly name: string
  /** Of the last offer that was ever made: it does not go back, whatever is collected. */
  readonly seq: number
  /** In the order of publication. */
  readonly releases: readonly Release[]
  /** From the last one that is for everybody, on; the newest is the last. */
  readonly offers: readonly Offer[]
}

export function emptyRecord(name: string): PackageRecord {
  return { schema: 'hotload.releases/1', name, seq: 0, releases: [], offers: [] }
}

/** The newest offer that a client belongs to; who has no id belongs to those that are for everybody. */
export function offerFor(record: PackageRecord, clientId: string | undefined): Offer | undefined {
  return record.offers.findLast(({ seq, rollout = 1 }) =>
    clientId === undefined ? rollout >= 1 : isInRollout(record.name, seq, clientId, rollout),
  )
}

/** With one more offer; those that nobody can get any more are dropped. */
export function withOffer(record: PackageRecord, offer: Omit<Offer, 'seq'>, leastSeq = 1): PackageRecord {
  const seq = Math.max(record.seq + 1, leastSeq)
  return { ...record, seq, offers: liveOffers([...record.offers, { ...offer, seq }]) }
}

function liveOffers(offers: readonly Offer[]): readonly Offer[] {
  const lastForAll = offers.findLastIndex(({ rollout = 1 }) => rollout >= 1)
  return offers.slice(Math.max(0, lastForAll))
}

/** Keeps so many of the newest releases, and each that is offered. */
export function withReleasesKept(record: PackageRecord, keep: number): PackageRecord {
  const offered = new Set(record.offers.map(({ version }) => version))
  const oldest = record.releases.length - keep
  return {
    ...record,
    releases: record.releases.filter(({ version }, index) => index >= oldest || offered.has(version)),
  }
}

export function findRelease(record: PackageRecord, version: string): Release | undefined {
  return record.releases.find((release) => release.version === version)
}

/** Throws where the text is no record; a message says what is wrong with it. */
export function parseRecord(text: string): PackageRecord {
  const value = parseJson(text)
  if (!isObject(value) || value['schema'] !== 'hotload.releases/1')
    throw new Error('is no hotload.releases/1')
  const { name, seq, releases, offers } = value
  if (typeof name !== 'string' || !isCount(seq)) throw new Error('lacks name or seq')
  if (!Array.isArray(releases) || !Array.isArray(offers)) throw new Error('lacks releases or offers')
  return {
    schema: 'hotload.releases/1',
    name,
    seq,
    releases: releases.map(releaseOf),
    offers: offers.map(offerOf),
  }
}

/** The manifest that is signed. */
export function manifestFields(release: Release, offer: Offer, expires: string): Manifest {
  const { publishedAt: _, isRetracted: __, expires: ___, ...fields } = release
  return {
    ...fields,
    schema: 'hotload.manifest/1',
    seq: offer.seq,
    expires,
    ...(offer.rollout !== undefined && { rollout: offer.rollout }),
    ...(offer.retracted !== undefined && { retracted: offer.retracted }),
  }
}

function releaseOf(value: unknown): Release {
  if (!isObject(value)) throw new Error('has a release that is no object')
  const { publishedAt, isRetracted, expires, ...fields } = value
  if (!isInstant(publishedAt)) throw new Error('has a release without publishedAt')
  const manifest = manifestOf(
    { ...fields, schema: 'hotload.manifest/1', seq: 1, expires: publishedAt },
    Number.MAX_SAFE_INTEGER,
  )
  const { schema: _, seq: __, expires: ___, ...release } = manifest
  return {
    ...release,
    publishedAt,
    isRetracted: isRetracted === true,
    ...((isCount(expires) || isInstant(expires)) && { expires }),
  }
}

function offerOf(value: unknown): Offer {
  if (!isObject(value)) throw new Error('has an offer that is no object')
  const { seq, version, at } = value
  if (!isCount(seq) || typeof version !== 'string' || !isInstant(at))
    throw new Error('has an offer without seq, version or at')
  return { seq, version, at, ...shareOf(value), ...(value['retracted'] === true && { retracted: true }) }
}

function shareOf({ rollout }: JsonObject): { rollout?: number } {
  return typeof rollout === 'number' && rollout >= 0 && rollout <= 1 ? { rollout } : {}
}

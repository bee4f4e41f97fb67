import type { IncomingMessage, ServerResponse } from 'node:http'
import { Background } from '../background.ts'
import { HotloadError } from '../errors.ts'
import type { Envelope } from '../manifest/envelope.ts'
import { isObject, shown } from '../manifest/json-value.ts'
import type { Signer } from '../manifest/signer.ts'
import { durationMs } from '../source/duration.ts'
import { connectionLog, type PeerLog } from './connection-log.ts'
import { createHandler, type HandlerLimits, type HandlerParts } from './handler.ts'
import { publishing, type PublishOptions, type Published } from './publishing.ts'
import { openReleaseFolder } from './release-folder.ts'
import { statusReports, type StatusReport } from './status-reports.ts'
import { signedOffers } from './signed-offers.ts'
import { waitingRoom } from './waiting-room.ts'

export interface ProviderOptions extends Partial<HandlerLimits> {
  /** Holds what was published; made where it is absent. */
  readonly dir: string
  /** All of them sign: as many as the clients' threshold wants. */
  readonly sign: Signer | readonly Signer[]
  /** How the clients' first keys became those of `sign`: in their order, from `signKeyList`. */
  readonly keyLists?: readonly Envelope[]
  /** A signature holds at most so long, and at least half of it: `'7d'` where it is absent. */
  readonly expires?: string | number
  /** So many releases of a package are kept beside those that are offered: 10 where it is absent. */
  readonly keep?: number
  /** The present, for tests. */
  readonly now?: () => Date
}

export interface ProviderStatus {
  readonly packages: readonly {
    readonly name: string
    readonly seq: number
    readonly version?: string
    readonly rollout?: number
    readonly releases: readonly { readonly version: string; readonly isRetracted: boolean }[]
  }[]
  readonly waiting: number
  readonly openConnections: number
  /** Resets that the provider suffered. */
  readonly resets: number
  /** Answers whose client left before their end. */
  readonly aborted: number
  /** By whom; the one heard of last is the last. */
  readonly peers: readonly PeerLog[]
  /** What clients said last; bounded. */
  readonly reports: readonly StatusReport[]
  /** Requests that failed for a reason of the provider, and the last of these reasons. */
  readonly failures: number
  readonly lastFailure?: string
}

export interface Provider extends AsyncDisposable {
  /** Answers one request; mounts in node:http, Express, Fastify and Hono (docs/provider.md). */
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void
  /** Offers a file, a `.tgz` or a folder as the newest version. Resolves when it is on disk; who waits is answered. */
  publish(name: string, source: string, options: PublishOptions): Promise<Published>
  /** Another share of clients gets the newest offer, under the same seq: who has it keeps it. */
  rollOut(name: string, share: number): Promise<Published>
  /** Offers an older version again, under a new seq. */
  returnTo(name: string, version: string, options?: { readonly rollout?: number }): Promise<Published>
  /**
   * Takes a version back: it is not offered any more. Where it was, the newest version before it that was not taken back is,
   * under a new seq; where there is none, its own manifest says that it was retracted.
   */
  retract(name: string, version?: string): Promise<Published>
  status(): Promise<ProviderStatus>
  /** Answers all who wait, ends the changes that are under way, and refuses what comes after; what is being sent is sent to its end by the server. */
  close(): Promise<void>
}

/** Throws where an option cannot be meant; a folder that cannot be opened is said by the first use. */
export function createProvider(options: ProviderOptions): Provider {
  requireParts(options)
  const { dir, keyLists = [], expires = '7d', keep = 10, now = () => new Date() } = options
  // `Array.isArray` does not tell a readonly array from the rest.
  const signers = 'keyId' in options.sign ? [options.sign] : options.sign
  if (signers.length === 0) throw new TypeError('sign is an empty list: at least one signer was wanted')
  const folder = openReleaseFolder(dir)
  // Whoever uses it is told.
  folder.catch(() => undefined)
  const parts: HandlerParts = {
    folder,
    offers: signedOffers(signers, keyLists, durationMs(expires, 'expires')),
    room: waitingRoom(options.maxWaiting ?? 10_000),
    connections: connectionLog(now),
    reports: statusReports(now),
    now,
  }
  const handler = createHandler(parts, options)
  const releases = publishing(folder, keep, now, (name) => parts.room.announce(name))
  const changes = new Background()
  let isClosed = false
  const unlessClosed =
    <Args extends readonly unknown[]>(change: (...args: Args) => Promise<Published>) =>
    (...args: Args): Promise<Published> =>
      isClosed
        ? Promise.reject(new HotloadError('HOTLOAD_CLOSED', 'the provider is closed'))
        : changes.run(change(...args))
  const close = async (): Promise<void> => {
    isClosed = true
    await handler.close()
    await changes.done()
    // Whoever closes may delete the folder: nothing is made in it afterwards.
    await folder.catch(() => undefined)
  }

  return {
    handler: handler.handle,
    publish: unlessClosed(releases.publish),
    rollOut: unlessClosed(releases.rollOut),
    returnTo: unlessClosed(releases.returnTo),
    retract: unlessClosed(releases.retract),
    async status() {
      const { folder: _, room, connections, reports } = parts
      return {
        packages: await packagesOf(parts),
        waiting: room.waiting,
        openConnections: connections.openConnections,
        resets: connections.resets,
        aborted: connections.aborted,
        peers: connections.peers,
        reports: reports.all,
        failures: handler.counts.failures,
        ...(handler.counts.lastFailure !== undefined && { lastFailure: handler.counts.lastFailure }),
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** A program without types may leave them out. */
function requireParts(options: unknown): void {
  if (!isObject(options))
    throw new TypeError(
      `createProvider() was given ${shown(options)}: createProvider({ dir, sign }) was wanted`,
    )
  const { dir, sign } = options
  if (typeof dir !== 'string' || dir === '')
    throw new TypeError(`dir is ${shown(dir)}: a folder such as 'releases' was wanted`)
  if (typeof sign !== 'object' || sign === null)
    throw new TypeError(
      `sign is ${shown(sign)}: ed25519Signer(privateKey) was wanted; hotload keygen writes a pair`,
    )
}

async function packagesOf({ folder }: HandlerParts): Promise<ProviderStatus['packages']> {
  const opened = await folder
  const records = await Promise.all((await opened.names()).map((name) => opened.read(name)))
  return records
    .filter((record) => record !== undefined)
    .map((record) => {
      const offer = record.offers.at(-1)
      return {
        name: record.name,
        seq: record.seq,
        ...(offer !== undefined && { version: offer.version }),
        ...(offer?.rollout !== undefined && { rollout: offer.rollout }),
        releases: record.releases.map(({ version, isRetracted }) => ({ version, isRetracted })),
      }
    })
}

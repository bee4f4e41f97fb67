import { valid } from 'semver'
import { isObject, shown } from '../manifest/json-value.ts'
import { isPackageName } from '../manifest/read-manifest.ts'
import { durationMs } from '../source/duration.ts'
import type { Source } from '../source/source.ts'
import type { Store } from '../store/store.ts'
import { apiProxy, type Call, type Remote } from './api-proxy.ts'
import type { HostEvents } from './host-events.ts'
import { inlineLoader } from './inline/inline-loader.ts'
import type { Loader } from './loader.ts'
import { processLoader } from './process/process-loader.ts'
import { workerLoader } from './worker/worker-loader.ts'

/** `'30s'`, `'5m'`, or a number of milliseconds. */
export type Duration = string | number

export interface ConfirmOptions {
  /** How long a new version is watched, with the one before it kept warm: 60 s where it is absent. 0: not at all. */
  readonly for?: Duration
  /** Share of failed calls beyond which the version before it answers again: 0.05 where it is absent. */
  readonly maxErrorRate?: number
  /** Calls before the share is judged; at the end of the time it is judged by what came. 20 where it is absent. */
  readonly minCalls?: number
  /** Share of calls that go to the new version before it takes all of them, 0 to 1: none where it is absent. */
  readonly canary?: number
  /** How long the canary lasts: 30 s where it is absent. */
  readonly canaryFor?: Duration
}

export interface HotloadOptions<Api> {
  /** Of the package, as it is published. */
  readonly name: string
  readonly source: Source
  /** A folder of this program's own, or an open store, which is closed with the client. */
  readonly store: string | Store
  /** `'worker'` where it is absent; what `workerLoader()`, `processLoader()` or `artifact()` give; or a loader of your own. */
  readonly isolation?: 'worker' | 'process' | 'inline' | Loader
  /** This program's version: packages that are made for another one are refused. */
  readonly hostVersion?: string
  /** Functions that the package must have, nested ones with dots. */
  readonly expects?: readonly string[]
  /** Calls the new version before it is used; a rejection or `false` refuses it. */
  readonly probe?: (api: Remote<Api>, signal: AbortSignal) => unknown
  /** 10 s where it is absent. */
  readonly probeTimeout?: Duration
  /** For loading, top-level await included: 30 s where it is absent. */
  readonly startTimeout?: Duration
  /** For calls, streams and leases of a version that was replaced: 10 s where it is absent. */
  readonly drain?: Duration
  /** For `dispose()` of the package: 5 s where it is absent. */
  readonly disposeTimeout?: Duration
  /** `false`: a new version is trusted at once, and the one before it is ended as soon as its callers are done. */
  readonly confirm?: ConfirmOptions | false
  /** Ends of the process before a version was confirmed after which it is not started again: 3 where it is absent. */
  readonly maxCrashes?: number
  /** Listeners that also hear what happens before `hotload()` resolves. */
  readonly on?: { readonly [Name in keyof HostEvents]?: (event: HostEvents[Name]) => void }
}

/** Options with everything in its place, checked once. */
export interface Settings {
  readonly name: string
  readonly loader: Loader
  readonly hostVersion: string | undefined
  readonly expects: readonly string[]
  readonly probe: ((call: Call, signal: AbortSignal) => unknown) | undefined
  readonly probeMs: number
  readonly startMs: number
  readonly drainMs: number
  readonly disposeMs: number
  /** 0: a new version is not watched. */
  readonly confirmMs: number
  readonly maxErrorRate: number
  readonly minCalls: number
  readonly canary: number
  readonly canaryMs: number
  readonly maxCrashes: number
}

/** Throws a `TypeError` for what a program without types may have left out. */
export function settingsOf<Api>(options: HotloadOptions<Api>): Settings {
  requireParts(options)
  const { confirm = {}, probe, maxCrashes = 3 } = options
  const watch = confirm === false ? { for: 0 } : confirm
  return {
    name: nameOf(options.name),
    loader: loaderOf(options.isolation ?? 'worker'),
    hostVersion: hostVersionOf(options.hostVersion),
    expects: options.expects ?? [],
    probe: probe && ((call, signal) => probe(apiProxy<Api>(call), signal)),
    probeMs: durationMs(options.probeTimeout ?? '10s', 'probeTimeout'),
    startMs: durationMs(options.startTimeout ?? '30s', 'startTimeout'),
    drainMs: durationMs(options.drain ?? '10s', 'drain'),
    disposeMs: durationMs(options.disposeTimeout ?? '5s', 'disposeTimeout'),
    confirmMs: watch.for === 0 ? 0 : durationMs(watch.for ?? '60s', 'confirm.for'),
    maxErrorRate: share(watch.maxErrorRate ?? 0.05, 'confirm.maxErrorRate'),
    minCalls: watch.minCalls ?? 20,
    canary: share(watch.canary ?? 0, 'confirm.canary'),
    canaryMs: durationMs(watch.canaryFor ?? '30s', 'confirm.canaryFor'),
    maxCrashes,
  }
}

function requireParts(options: unknown): void {
  if (!isObject(options))
    throw new TypeError(`hotload() was given ${shown(options)}: hotload({ name, source, store }) was wanted`)
  const { source, store } = options
  if (!hasFunctions(source, ['check', 'download', 'close']))
    throw new TypeError(
      `source is ${shown(source)}: httpSource(url, { trust: [publicKey] }), plainSource(url) or npmSource(registry, name) was wanted`,
    )
  if (
    typeof store === 'string' ? store === '' : !hasFunctions(store, ['update', 'receive', 'stage', 'close'])
  )
    throw new TypeError(
      `store is ${shown(store)}: a folder of this program's own such as 'var/hotload', or what openStore() gives, was wanted`,
    )
}

function hasFunctions(value: unknown, names: readonly string[]): boolean {
  return isObject(value) && names.every((name) => typeof value[name] === 'function')
}

function nameOf(name: string): string {
  if (isPackageName(name)) return name
  throw new TypeError(`name is ${JSON.stringify(name)}: one such as "pricing" or "@team/pricing" was wanted`)
}

function hostVersionOf(version: string | undefined): string | undefined {
  if (version === undefined || valid(version) !== null) return version
  throw new TypeError(`hostVersion is ${JSON.stringify(version)}: one such as "2.3.0" was wanted`)
}

function loaderOf(isolation: 'worker' | 'process' | 'inline' | Loader): Loader {
  if (isolation === 'worker') return workerLoader()
  if (isolation === 'process') return processLoader()
  if (isolation === 'inline') return inlineLoader()
  if (typeof isolation === 'object' && typeof isolation.load === 'function') return isolation
  throw new TypeError(
    `isolation is ${JSON.stringify(isolation)}: 'worker', 'process', 'inline', artifact({…}) or a loader was wanted`,
  )
}

function share(value: number, what: string): number {
  if (value >= 0 && value <= 1) return value
  throw new TypeError(`${what} is ${value}: a share from 0 to 1 was wanted`)
}

import { HotloadError } from './errors.ts'
import { apiProxy, type Remote } from './host/api-proxy.ts'
import { Deployment } from './host/deployment.ts'
import { Events } from './host/events.ts'
import type { HostEvents } from './host/host-events.ts'
import { settingsOf, type HotloadOptions } from './host/host-options.ts'
import { leaseOf, type Lease } from './host/lease.ts'
import { pin, rollback } from './host/operations.ts'
import { reportOutcomes } from './host/reporting.ts'
import { statusOf, type HotloadStatus } from './host/status.ts'
import { Updates } from './host/updates.ts'
import { createPoller } from './source/poller.ts'
import { openStore } from './store/open-store.ts'
import { observeEvents } from './telemetry/observed-events.ts'

/** A package that is kept up to date inside this process. */
export interface Hotload<Api> extends AsyncDisposable {
  /** The package's functions. Each call goes to one version, and ends there whatever is switched to meanwhile. */
  readonly api: Remote<Api>
  /** Several calls to one version. Throws `HOTLOAD_NO_VERSION` where none is loaded. */
  lease(): Lease<Api>
  /** Returns what takes the listener away. */
  on<Name extends keyof HostEvents>(name: Name, listener: (event: HostEvents[Name]) => void): () => void
  /** Asks the provider now; resolves with the status when what it offered is used or refused. */
  check(): Promise<HotloadStatus>
  /** Returns to the version before; what left, or was on its way, is not taken again until it is published anew. */
  rollback(): Promise<void>
  /** Holds on to a version: the one that answers, the one before, or the next that is offered as it. `undefined` lets go. */
  pin(version: string | undefined): Promise<void>
  status(): HotloadStatus
  /** Calls under way may end within the time to drain. */
  close(): Promise<void>
}

/**
 * Opens the store, starts what it holds, and then asks the source. Resolves when a version answers, or, with an empty
 * store, when the first check is done, whatever came of it: a provider that is down keeps nobody from starting.
 */
export async function hotload<Api = Record<string, (...args: never[]) => unknown>>(
  options: HotloadOptions<Api>,
): Promise<Hotload<Api>> {
  const settings = settingsOf(options)
  const { source } = options
  const events = new Events<HostEvents>()
  listen(events, options.on)
  observeEvents(events)
  const store = typeof options.store === 'string' ? await openStore(options.store) : options.store
  reportOutcomes(events, source, store.clientId)
  const deployment = new Deployment(settings, store, events)
  const updates = new Updates(settings, source, store, deployment, events)
  const poller = createPoller({ schedule: source.schedule, poll: (request) => updates.poll(request) })
  const status = () => statusOf(settings.name, deployment, store, updates, source.counters)

  async function check(): Promise<HotloadStatus> {
    if (deployment.isClosed) throw new HotloadError('HOTLOAD_CLOSED', 'the client is closed')
    await poller.check()
    await deployment.idle
    return status()
  }

  let closing: Promise<void> | undefined
  const close = (): Promise<void> => (closing ??= closeAll())

  async function closeAll(): Promise<void> {
    updates.close()
    await poller.close()
    try {
      await deployment.close()
    } finally {
      // Whatever became of that, the connections end and the next process may have the store.
      try {
        await source.close()
      } finally {
        await store.close()
      }
    }
  }

  try {
    await deployment.start()
  } catch (error) {
    await close()
    throw error
  }
  poller.start()
  if (deployment.roster.current === undefined) await check()

  return {
    api: apiProxy<Api>((method, args) => deployment.call(method, args)),
    lease: () => leaseOf(deployment.hold()),
    on: (name, listener) => events.on(name, listener),
    check,
    rollback: () => rollback(deployment, () => updates.withdraw()),
    pin: (version) => pin(deployment, store, version),
    status,
    close,
    [Symbol.asyncDispose]: close,
  }
}

function listen(events: Events<HostEvents>, on: HotloadOptions<unknown>['on'] = {}): void {
  const { activated, confirmed, rejected, rolledBack, drained, error } = on
  if (activated !== undefined) events.on('activated', activated)
  if (confirmed !== undefined) events.on('confirmed', confirmed)
  if (rejected !== undefined) events.on('rejected', rejected)
  if (rolledBack !== undefined) events.on('rolledBack', rolledBack)
  if (drained !== undefined) events.on('drained', drained)
  if (error !== undefined) events.on('error', error)
}

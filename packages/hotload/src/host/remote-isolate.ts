import { pathToFileURL } from 'node:url'
import { HotloadError } from '../errors.ts'
import type { StagedPackage } from '../store/store.ts'
import { deferred } from './deferred.ts'
import type { Isolate, LoadContext } from './loader.ts'
import { isMethodList } from './package-api.ts'
import { Caller } from './rpc/caller.ts'
import type { Moved } from './rpc/outbox.ts'

/** A thread or a process that runs the guest. */
export interface Link {
  post(batch: readonly unknown[], moved: readonly Moved[]): void
  /** Called with each message, and with `undefined` for one that cannot be read. */
  onMessage(listener: (message: unknown) => void): void
  /** Resolves once, when it ended: with the error that it died of, or what its exit code says. */
  readonly ended: Promise<Error>
  /** Ends it at once; resolves when it is gone. */
  kill(): Promise<void>
}

/** Loads a package behind a link; what cannot be loaded is gone when this rejects. */
export async function startRemote(link: Link, pkg: StagedPackage, context: LoadContext): Promise<Isolate> {
  const caller = new Caller((batch, moved) => link.post(batch, moved))
  const { promise: misbehaved, resolve: misbehave } = deferred<Error>()
  let isEnding = false
  link.onMessage((message) => {
    if (isEnding || caller.receive(message)) return
    isEnding = true
    const error = new Error('the package sent messages of its own making, and was ended')
    caller.lose(lost(pkg, context, error))
    misbehave(error)
    void link.kill()
  })
  const ended = Promise.race([misbehaved, link.ended])
  void ended.then((error) => caller.lose(lost(pkg, context, error)))
  try {
    const methods = await orAborted(
      Promise.race([caller.load(pathToFileURL(pkg.entryPath).href, context.handover), ended.then(rethrow)]),
      context.signal,
    )
    if (!isMethodList(methods)) throw new TypeError('the names of its functions cannot be read')
    return isolateOf(link, caller, methods, ended)
  } catch (cause) {
    await link.kill()
    throw loadError(pkg, cause)
  }
}

function isolateOf(link: Link, caller: Caller, methods: readonly string[], ended: Promise<Error>): Isolate {
  const indexes = new Map(methods.map((name, index) => [name, index]))
  return {
    methods,
    ended,
    call(method, args) {
      const index = indexes.get(method)
      if (index === undefined) return Promise.reject(noMethod(method, methods))
      return caller.call(method, index, args)
    },
    handover: () => caller.handover(),
    async dispose(signal) {
      try {
        await orAborted(caller.dispose(), signal)
      } finally {
        await link.kill()
      }
    },
  }
}

export function loadError({ manifest }: StagedPackage, cause: unknown): HotloadError {
  const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
  return new HotloadError(
    'HOTLOAD_LOAD',
    `${manifest.name}@${manifest.version} could not be loaded: ${why}`,
    { cause },
  )
}

export function noMethod(method: string, methods: readonly string[]): HotloadError {
  const some = methods.slice(0, 10).join(', ')
  return new HotloadError(
    'HOTLOAD_NO_METHOD',
    `the package has no function ${method}(); it has ${some}${methods.length > 10 ? ', …' : ''}`,
  )
}

/** Settles as `promise` does, or rejects with the signal's reason. */
export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = deferred<never>()
  const abort = () => reject(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function lost({ manifest }: StagedPackage, { generation }: LoadContext, cause: Error): HotloadError {
  return new HotloadError(
    'HOTLOAD_GENERATION_LOST',
    `${manifest.name}@${manifest.version} (generation ${generation}) ended: ${cause.message}`,
    { cause },
  )
}

function rethrow(error: Error): never {
  throw error
}

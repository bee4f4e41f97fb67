import { HotloadError } from '../errors.ts'
import type { StagedPackage } from '../store/store.ts'
import type { Call } from './api-proxy.ts'
import { deadline } from './deadline.ts'
import { Generation } from './generation.ts'
import type { Settings } from './host-options.ts'
import { loadError, orAborted } from './remote-isolate.ts'

/** Loads a version into an isolate, and ends it again where a function that the host needs is missing. */
export async function startGeneration(
  number: number,
  pkg: StagedPackage,
  { loader, startMs, disposeMs, expects }: Settings,
  closing: AbortSignal,
  handover?: unknown,
): Promise<Generation> {
  using limit = deadline(startMs, 'starting (top-level await included)', closing)
  const context = { generation: number, signal: limit.signal, handover }
  const isolate = await loader.load(pkg, context).catch((cause: unknown) => {
    throw cause instanceof HotloadError ? cause : loadError(pkg, cause)
  })
  const missing = expects.filter((name) => !isolate.methods.includes(name))
  if (missing.length === 0) return new Generation(number, pkg.manifest, isolate)
  await isolate.dispose(AbortSignal.timeout(disposeMs)).catch(() => undefined)
  const has = isolate.methods.slice(0, 10).join(', ')
  throw loadError(pkg, new TypeError(`it has no function ${missing.join(', ')}; it has ${has}`))
}

/** Rejects with `HOTLOAD_PROBE` where the probe fails, is false, or takes too long, or the isolate ends in it. */
export async function probeGeneration(
  { label, isolate }: Generation,
  { probe, probeMs }: Settings,
  closing: AbortSignal,
): Promise<void> {
  if (probe === undefined) return
  using limit = deadline(probeMs, 'the probe', closing)
  try {
    const ended = isolate.ended.then((error) => Promise.reject(error))
    const answer = await orAborted(
      Promise.race([run(probe, (method, args) => isolate.call(method, args), limit.signal), ended]),
      limit.signal,
    )
    if (answer === false) throw new Error('it answered false')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new HotloadError('HOTLOAD_PROBE', `the probe of ${label} did not pass: ${why}`, { cause })
  }
}

async function run(probe: NonNullable<Settings['probe']>, call: Call, signal: AbortSignal): Promise<unknown> {
  return await probe(call, signal)
}

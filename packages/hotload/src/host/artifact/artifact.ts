import { HotloadError } from '../../errors.ts'
import { LocalIsolate } from '../local-isolate.ts'
import type { Loader } from '../loader.ts'
import { packageApi } from '../package-api.ts'
import { loadError, orAborted } from '../remote-isolate.ts'

export interface ArtifactOptions<Handle> {
  /** Puts the file (or the folder of an archive) into use. The functions of what it returns are the api. */
  activate(path: string, signal: AbortSignal): Promise<Handle> | Handle
  /** Rejects, or gives `false`, where it does not work. */
  probe?(handle: Handle, signal: AbortSignal): unknown
  /** Takes it out of use again. */
  dispose?(handle: Handle, signal: AbortSignal): Promise<void> | void
}

/** For what is no JavaScript: a jar, wasm, a model. The host gets a path that never changes, and says what using it means. */
export function artifact<Handle>(options: ArtifactOptions<Handle>): Loader {
  return {
    isolation: 'artifact',
    async load(pkg, { signal }) {
      const handle = await orAborted(
        attempt(() => options.activate(pkg.entryPath, signal)),
        signal,
      ).catch((cause: unknown) => {
        throw loadError(pkg, cause)
      })
      const end = async (limit: AbortSignal): Promise<void> => {
        await orAborted(
          attempt(() => options.dispose?.(handle, limit)),
          limit,
        )
      }
      try {
        const answer = await orAborted(
          attempt(() => options.probe?.(handle, signal)),
          signal,
        )
        if (answer === false) throw new Error('it answered false')
      } catch (cause) {
        await end(AbortSignal.timeout(DISPOSE_MS)).catch(() => undefined)
        const why = cause instanceof Error ? cause.message : String(cause)
        throw new HotloadError('HOTLOAD_PROBE', `the probe of ${pkg.manifest.name} did not pass: ${why}`, {
          cause,
        })
      }
      const { methods } = packageApi(isObject(handle) ? handle : {})
      return new LocalIsolate({ methods, dispose: undefined, handover: undefined, takeover: undefined }, end)
    },
  }
}

/** Of one that was refused. */
const DISPOSE_MS = 5000

async function attempt<T>(step: () => Promise<T> | T): Promise<T> {
  return await step()
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

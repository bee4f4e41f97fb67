import { HotloadError } from '../errors.ts'
import { apiProxy, type Remote } from './api-proxy.ts'
import type { Generation } from './generation.ts'

/** Several calls to the same version, whatever is switched to meanwhile. It keeps that version until it is released. */
export interface Lease<Api> extends AsyncDisposable {
  readonly api: Remote<Api>
  readonly generation: number
  readonly version: string
  release(): void
}

export function leaseOf<Api>(generation: Generation): Lease<Api> {
  let end: HotloadError | undefined
  const letGo = generation.hold((error) => {
    end = error
  })
  const release = () => {
    end ??= new HotloadError('HOTLOAD_CLOSED', `the lease on ${generation.label} was released`)
    letGo()
  }
  const api = apiProxy<Api>((method, args) =>
    end === undefined ? generation.call(method, args) : Promise.reject(end),
  )
  return {
    api,
    generation: generation.number,
    version: generation.manifest.version,
    release,
    [Symbol.asyncDispose]: () => {
      release()
      return Promise.resolve()
    },
  }
}

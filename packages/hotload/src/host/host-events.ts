import type { HotloadError } from '../errors.ts'
import type { Manifest } from '../manifest/manifest.ts'

/** What happened to whom. */
export interface About {
  readonly name: string
  readonly version: string
  readonly seq: number
  readonly digest: string
}

export interface HostEvents {
  /** It answers from now on. */
  activated: About & { readonly generation: number; readonly from?: string; readonly isConfirmed: boolean }
  /** It was watched, and stays. */
  confirmed: About & { readonly generation: number }
  /** It was never used: what answers goes on. */
  rejected: About & { readonly error: HotloadError; readonly retryAt: string }
  /** It was used, and the version before it answers again; `to` is absent where there was none. */
  rolledBack: About & { readonly error: HotloadError; readonly to?: string }
  /** Nobody works with a version that was replaced any more; `cut` calls, streams and leases had not ended in time. */
  drained: About & { readonly generation: number; readonly cut: number }
  /** Something that no caller saw: the service goes on. */
  error: Error
}

export function about({ name, version, seq, sha512 }: Manifest): About {
  return { name, version, seq, digest: sha512 }
}

import { HotloadError } from '../errors.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { Offer } from '../source/source.ts'
import type { Store } from '../store/store.ts'
import type { Deployment } from './deployment.ts'
import { rejected, unpinned, type Refusal } from './history.ts'

/** The provider took a version back: whoever runs it returns to the one before. */
export async function retract(
  deployment: Deployment,
  store: Store,
  manifest: Manifest,
  etag: string | undefined,
): Promise<void> {
  const { name, version, sha512 } = manifest
  const error = new HotloadError('HOTLOAD_CONFIRM', `${name}@${version} was taken back by the provider`)
  const refusal: Refusal = { code: error.code, reason: error.message, retry: 'never' }
  // Whatever is on its way was offered before.
  deployment.withdraw()
  if (deployment.roster.current?.manifest.sha512 === sha512) {
    const isBack = await deployment.goBack(error, refusal)
    if (!isBack) deployment.report(error)
  }
  await store.update((state) => rejected(state, manifest, refusal, etag, new Date()))
}

/**
 * By hand: what left is not taken again until it is published anew, and neither is what was on its way, which `withdraw`
 * stops and gives.
 */
export async function rollback(deployment: Deployment, withdraw: () => Offer | undefined): Promise<void> {
  const version = deployment.roster.current?.manifest.version ?? 'nothing'
  const error = new HotloadError('HOTLOAD_CONFIRM', `${version} was rolled back by hand`)
  if (deployment.hasPredecessor) {
    const stopped = withdraw()
    deployment.withdraw()
    // First, so that no check in between takes it again.
    if (stopped !== undefined) {
      const { manifest, etag } = stopped
      const why = `${manifest.version} was on its way when ${version} was rolled back by hand`
      await deployment.refuse(manifest, new HotloadError('HOTLOAD_CONFIRM', why), etag, 'never')
    }
    const isBack = await deployment.goBack(error, { code: error.code, reason: error.message, retry: 'never' })
    if (isBack) return
  }
  throw new HotloadError(
    'HOTLOAD_NO_VERSION',
    `there is no version to return to: the store has none before ${version}`,
  )
}

export async function pin(deployment: Deployment, store: Store, version: string | undefined): Promise<void> {
  if (version === undefined) {
    await store.update(unpinned)
    return
  }
  await store.update((state) => ({ ...state, pinned: version }))
  deployment.withdraw()
  const { current, previous } = store.state
  if (current?.version === version || previous?.version !== version) return
  await deployment.goBack(new HotloadError('HOTLOAD_CONFIRM', `${version} was pinned`), undefined)
}

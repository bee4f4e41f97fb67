export { ERROR_CODES, HotloadError, type ErrorCode } from './errors.ts'
export type { Manifest } from './manifest/manifest.ts'
export { readEnvelope, writeEnvelope, type Envelope, type Signature } from './manifest/envelope.ts'
export { generateKeys, readPublicKey, type KeyPairText, type PublicKey } from './manifest/keys.ts'
export { signKeyList, type KeyList } from './manifest/key-list.ts'
export { isInRollout } from './manifest/rollout.ts'
export { ed25519Signer, type Signer } from './manifest/signer.ts'
export {
  verifierOf,
  type FetchSmall,
  type RememberedTrust,
  type Trust,
  type TrustMemory,
  type Verifier,
  type VerifyContext,
} from './manifest/trust.ts'
export { verifyManifest, type VerifyOptions } from './manifest/verify-manifest.ts'
export type { OpenStore, StoreOptions } from './store/folder-store.ts'
export { openStore } from './store/open-store.ts'
export { readState, type StateFound } from './store/state-file.ts'
export type { BlobWriter, Quarantine, StagedPackage, Store, StoreState } from './store/store.ts'
export { artifact, type ArtifactOptions } from './host/artifact/artifact.ts'
export type { Remote } from './host/api-proxy.ts'
export type { HostEvents } from './host/host-events.ts'
export type { ConfirmOptions, Duration, HotloadOptions } from './host/host-options.ts'
export { inlineLoader } from './host/inline/inline-loader.ts'
export type { Lease } from './host/lease.ts'
export type { Isolate, LoadContext, Loader } from './host/loader.ts'
export { processLoader, type ProcessOptions, type ProcessPermissions } from './host/process/process-loader.ts'
export { transfer } from './host/rpc/arguments.ts'
export type { GenerationStatus, HotloadStatus } from './host/status.ts'
export { workerLoader, type WorkerOptions } from './host/worker/worker-loader.ts'
export { hotload, type Hotload } from './hotload.ts'
export type { ConnectionEvent, PeerLog } from './provider/connection-log.ts'
export { serveProvider, type ProviderServer, type ServeOptions } from './provider/provider-server.ts'
export {
  createProvider,
  type Provider,
  type ProviderOptions,
  type ProviderStatus,
} from './provider/provider.ts'
export type { Published, PublishOptions } from './provider/publishing.ts'
export type { StatusReport } from './provider/status-reports.ts'
export { httpSource, type HttpSourceOptions } from './source/http-source.ts'
export { npmSource, type NpmSourceOptions } from './source/npm-source.ts'
export { plainSource, type PlainSourceOptions } from './source/plain-source.ts'
export type { RequestOptions } from './source/request-options.ts'
export type { CheckRequest, CheckResult, Offer, Schedule, Source, SourceCounters } from './source/source.ts'
export { tufVerifier, type TufOptions } from './tuf/tuf-verifier.ts'

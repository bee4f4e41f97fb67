export { ERROR_CODES, HotloadError, type ErrorCode } from './errors.ts'
export type { Manifest } from './manifest/manifest.ts'

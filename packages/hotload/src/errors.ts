/** Code → what it means; public, never renamed. docs/errors.md of this package has an entry for each. */
export const ERROR_CODES = {
  HOTLOAD_TOO_LARGE: 'more bytes than were announced or are allowed',
  HOTLOAD_DISK: 'the store could not be written',
  HOTLOAD_DIGEST: 'the bytes are not those that the manifest names',
  HOTLOAD_ARCHIVE: 'the archive holds what a package may not hold',
  HOTLOAD_LOCKED: 'another process has the store open',
  HOTLOAD_MANIFEST: 'the manifest is not one, or names another package',
  HOTLOAD_SIGNATURE: 'the manifest is not signed by enough trusted keys',
  HOTLOAD_EXPIRED: 'the manifest is past its date',
  HOTLOAD_REPLAY: 'the manifest is older than one that was seen',
  HOTLOAD_PROVIDER: 'the provider did not answer as it should',
  HOTLOAD_HOST_RANGE: 'the package is made for another version of the host',
  HOTLOAD_LOAD: 'the package could not be loaded',
  HOTLOAD_PROBE: 'the probe did not pass',
  HOTLOAD_CONFIRM: 'too many calls failed while the version was watched',
  HOTLOAD_DRAIN_TIMEOUT: 'the call outlived the time to drain and was cut',
  HOTLOAD_GENERATION_LOST: 'the generation ended while the call was under way',
  HOTLOAD_NO_VERSION: 'no version was ever loaded',
  HOTLOAD_ARGUMENT: 'a value cannot be copied to the package',
  HOTLOAD_NO_METHOD: 'the package has no function of that name',
  HOTLOAD_CLOSED: 'the client is closed',
  HOTLOAD_LIBRARY: 'an optional library is not installed',
} as const

export type ErrorCode = keyof typeof ERROR_CODES

/** Every error of this package that a user meets; `message` says what was found, what was wanted and what to do. */
export class HotloadError extends Error {
  override readonly name = 'HotloadError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

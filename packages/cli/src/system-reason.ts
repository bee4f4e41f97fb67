import { getSystemErrorMap } from 'node:util'

/** The system's own words for an error, without the path that Node puts into its message: `no such file or directory`. */
export function systemReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (!('errno' in error) || typeof error.errno !== 'number' || !('code' in error)) return error.message
  const [code, words] = getSystemErrorMap().get(error.errno) ?? []
  // zlib numbers its errors by itself.
  return words !== undefined && code === error.code ? words : error.message
}

/** The same error with a message that can be shown beside the name of the input. */
export function withSystemReason(error: unknown): Error {
  return new Error(systemReason(error), { cause: error })
}

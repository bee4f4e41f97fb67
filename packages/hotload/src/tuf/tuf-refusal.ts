import { HotloadError, type ErrorCode } from '../errors.ts'
import { shown } from '../manifest/json-value.ts'

const LONGEST = 240

/** tuf-js 5 tells in words alone what it refused: it wraps what went wrong with snapshot and targets into a string. */
const KINDS: readonly (readonly [RegExp, ErrorCode, string])[] = [
  [/expired/i, 'HOTLOAD_EXPIRED', "it has to be signed again, or this machine's clock is wrong"],
  [
    /less than current version|Expected version|doesn't match timestamp|does not match snapshot version|in new snapshot/,
    'HOTLOAD_REPLAY',
    'a stale mirror, or a replay',
  ],
]

export function tufRefusal(base: URL, cause: unknown): HotloadError {
  const words = cause instanceof Error ? cause.message : String(cause)
  const [, code, advice] = KINDS.find(([pattern]) => pattern.test(words)) ?? [
    undefined,
    'HOTLOAD_SIGNATURE' as const,
    'it is not what the trusted keys signed',
  ]
  // Names of roles and files are the repository's words.
  const found = shown(words.replaceAll(/Unable to load \w+(?: metadata)? error |\b\w*Error: /g, ''), LONGEST)
  return new HotloadError(code, `the TUF repository ${base.href} is refused (${found}): ${advice}`, { cause })
}

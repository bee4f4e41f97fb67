import { HotloadError } from '../../errors.ts'
import { NO_SIGNAL, SIGNAL_IN_LAST, TRANSFER } from './protocol.ts'
import type { Moved } from './outbox.ts'

/**
 * Marks ArrayBuffers inside an argument to be moved into the package instead of copied; they are empty here afterwards. A
 * package does the same for a result by setting `Symbol.for('hotload.transfer')` on it.
 */
export function transfer<T extends object>(value: T, buffers: readonly ArrayBuffer[]): T {
  Object.defineProperty(value, TRANSFER, { value: buffers, enumerable: false, configurable: true })
  return value
}

/** What was marked to be moved, of one value. */
export function movedOf(value: unknown): readonly Moved[] {
  if (typeof value !== 'object' || value === null) return []
  try {
    const marked = TRANSFER in value ? value[TRANSFER] : undefined
    return Array.isArray(marked) ? marked.filter((each) => each instanceof ArrayBuffer) : []
  } catch {
    // A revoked proxy, say: whoever copies it finds out.
    return []
  }
}

/** Where among the arguments an AbortSignal stands. */
export function signalPlace(args: readonly unknown[]): number {
  for (let at = args.length - 1; at >= 0; at -= 1) if (isSignal(args[at])) return at
  return signalOfLast(args) === undefined ? NO_SIGNAL : SIGNAL_IN_LAST
}

export function signalAt(args: readonly unknown[], place: number): AbortSignal | undefined {
  const found = place === SIGNAL_IN_LAST ? signalOfLast(args) : args[place]
  return isSignal(found) ? found : undefined
}

/** The arguments with `signal` in that place: a signal cannot be copied, so each side has its own. */
export function withSignal(args: readonly unknown[], place: number, signal?: AbortSignal): unknown[] {
  if (place === NO_SIGNAL) return [...args]
  if (place !== SIGNAL_IN_LAST) return args.map((each, at) => (at === place ? signal : each))
  const last = args.at(-1)
  return [...args.slice(0, -1), { ...(typeof last === 'object' ? last : undefined), signal }]
}

/** Says which argument could not be copied, and what is in it. */
export function refusedArgument(method: string, args: readonly unknown[], cause: unknown): HotloadError {
  const at = args.findIndex((each) => !isCopied(each))
  const what = typeof args[at] === 'function' ? 'is a function' : 'holds a function or another live object'
  return new HotloadError(
    'HOTLOAD_ARGUMENT',
    at < 0
      ? `${method}(): the arguments cannot be copied to the package: ${messageOf(cause)}`
      : `${method}(): argument ${at + 1} ${what}, and only data is copied to a package. ` +
          "Pass data, or load the package with isolation: 'inline'.",
    { cause },
  )
}

function signalOfLast(args: readonly unknown[]): AbortSignal | undefined {
  const last = args.at(-1)
  if (typeof last !== 'object' || last === null) return undefined
  try {
    return 'signal' in last && isSignal(last.signal) ? last.signal : undefined
  } catch {
    return undefined
  }
}

function isSignal(value: unknown): value is AbortSignal {
  try {
    return value instanceof AbortSignal
  } catch {
    return false
  }
}

function isCopied(value: unknown): boolean {
  try {
    structuredClone(value)
    return true
  } catch {
    return false
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

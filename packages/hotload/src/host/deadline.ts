export interface Deadline extends Disposable {
  readonly signal: AbortSignal
}

/**
 * Aborts after a time, or with `parent`. Dispose of it when the work is done: `AbortSignal.any` keeps a signal for as long
 * as its longest-lived parent, and here that is the client.
 */
export function deadline(ms: number, what: string, parent: AbortSignal): Deadline {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(new Error(`${what} took longer than ${ms} ms`)), ms)
  const abort = () => controller.abort(parent.reason)
  if (parent.aborted) abort()
  parent.addEventListener('abort', abort, { once: true })
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      clearTimeout(timer)
      parent.removeEventListener('abort', abort)
    },
  }
}

interface Waiting {
  readonly callbacks: Set<() => void>
  readonly listener: () => void
}

const bySignal = new WeakMap<AbortSignal, Waiting>()

/**
 * Calls `callback` when the signal aborts; returns what takes that back. One listener for all: a signal of the whole program
 * is given to every call, and beyond ten listeners Node warns of a leak.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const waiting = bySignal.get(signal) ?? listenTo(signal)
  waiting.callbacks.add(callback)
  return () => {
    waiting.callbacks.delete(callback)
    if (waiting.callbacks.size > 0 || bySignal.get(signal) !== waiting) return
    bySignal.delete(signal)
    signal.removeEventListener('abort', waiting.listener)
  }
}

function listenTo(signal: AbortSignal): Waiting {
  const callbacks = new Set<() => void>()
  const listener = (): void => {
    bySignal.delete(signal)
    for (const callback of callbacks) callback()
  }
  const waiting = { callbacks, listener }
  bySignal.set(signal, waiting)
  signal.addEventListener('abort', listener, { once: true })
  return waiting
}

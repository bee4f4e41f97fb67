/** Time as the poller knows it: monotonic, so that a clock that is set does not disturb it. Tests bring their own. */
export interface Clock {
  /** Milliseconds since some moment. */
  now(): number
  /** Calls back once; what it returns prevents that. */
  after(ms: number, callback: () => void): () => void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, callback) => {
    // A client that only waits for its next check does not keep the process alive.
    const timer = setTimeout(callback, ms).unref()
    return () => clearTimeout(timer)
  },
}

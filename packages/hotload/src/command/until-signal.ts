/** Exit code of what was ended by Ctrl-C: 128 and the number of the signal. */
const INTERRUPTED = 130

/** Resolves with the exit code when the process is asked to end: 130 for Ctrl-C, 0 for SIGTERM, the way services are stopped. */
export function untilSignal(): Promise<number> {
  return new Promise((resolve) => {
    // Waiting for a signal does not keep a process alive; this does.
    const alive = setInterval(() => undefined, 2 ** 30)
    const end = (code: number): void => {
      clearInterval(alive)
      process.off('SIGINT', onInterrupt)
      process.off('SIGTERM', onTerminate)
      resolve(code)
    }
    const onInterrupt = (): void => end(INTERRUPTED)
    const onTerminate = (): void => end(0)
    process.on('SIGINT', onInterrupt)
    process.on('SIGTERM', onTerminate)
  })
}

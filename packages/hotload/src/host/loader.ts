import type { StagedPackage } from '../store/store.ts'

/** Loads a version into an isolate of its own. */
export interface Loader {
  /** `worker`, `process`, `inline`, `artifact`, or a name of your own. */
  readonly isolation: string
  /** Rejects with `HOTLOAD_LOAD` when the package throws, exits, or does not start before `signal` aborts; nothing of it is left then. */
  load(pkg: StagedPackage, context: LoadContext): Promise<Isolate>
}

export interface LoadContext {
  /** Never repeats in the life of a store. */
  readonly generation: number
  readonly signal: AbortSignal
  /** What the generation before gave in `handover()`: the argument of the package's `takeover()`. */
  readonly handover?: unknown
}

/** One loaded version. */
export interface Isolate {
  /** Names of the functions that the package exports, `dispose`, `handover` and `takeover` left out; nested by dots. */
  readonly methods: readonly string[]
  /**
   * Calls a function of the package. A rejection carries the package's error with its stack and cause. An async iterable
   * comes back as one. An AbortSignal among the arguments, or as `signal` of the last, aborts the call inside.
   */
  call(method: string, args: readonly unknown[]): Promise<unknown>
  /** Resolves when the isolate ended by itself: a crash, `process.exit`, out of memory. */
  readonly ended: Promise<Error>
  /** Calls the package's `handover()`, if it has one. */
  handover(): Promise<unknown>
  /** Calls the package's `dispose()` within the signal's time, then ends the isolate. Nothing of it is left when this resolves. */
  dispose(signal: AbortSignal): Promise<void>
}

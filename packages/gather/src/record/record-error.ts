import type { Missing } from './recording.ts'

/** A recording could not begin. The message is one line: what was found, what is wanted, what to type. */
export class RecordError extends Error {
  override readonly name = 'RecordError'
  readonly missing: readonly Missing[]

  constructor(message: string, missing: readonly Missing[] = []) {
    super(message)
    this.missing = missing
  }
}

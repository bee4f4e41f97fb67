import { RecordError } from './record-error.ts'
import type { Recording, RecordOptions } from './recording.ts'

/**
 * Starts to write the evidence of `targets` into a folder; resolves when packets are being captured. Throws a
 * `RecordError` when nothing can be recorded.
 */
export function startRecording(options: RecordOptions): Promise<Recording> {
  return Promise.reject(new RecordError(`${options.directory}: recording is not built yet`))
}

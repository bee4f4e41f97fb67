import type { Input } from '@whyreset/core'

/** The schema is the first field that `--json` writes. */
const HEAD_BYTES = 200
/** The JSON of 10,000 incidents has a tenth of this. */
const MAX_BYTES = 256e6

/** Whether the input is the answer of an earlier run, as `--json` wrote it. */
export async function isSaved(input: Input): Promise<boolean> {
  if (!input.replay || (input.byteLength ?? 0) > MAX_BYTES) return false
  try {
    for await (const chunk of input.open()) {
      const head = Buffer.from(chunk.subarray(0, HEAD_BYTES)).toString('latin1')
      return /^\s*\{\s*"schema"\s*:\s*"whyreset\.diagnosis\//.test(head)
    }
  } catch {
    // The analysis finds the same, and says it.
  }
  return false
}

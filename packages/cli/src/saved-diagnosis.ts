import type { Diagnosis, Input } from '@whyreset/core'
import { parseDiagnosis } from '@whyreset/report'

/** The schema is the first field that `--json` writes. */
const HEAD_BYTES = 200
/** The JSON of 10,000 incidents has a tenth of this. */
const MAX_BYTES = 256e6

export type Saved =
  | { readonly ok: true; readonly diagnosis: Diagnosis }
  /** Why it cannot be shown, without the file's name. */
  | { readonly ok: false; readonly complaint: string }

/** The answer of an earlier run, if the input is what `--json` wrote; undefined for everything else. */
export async function readSaved(input: Input): Promise<Saved | undefined> {
  if (!input.replay || (input.byteLength ?? 0) > MAX_BYTES || !(await isSaved(input))) return undefined
  const parts: Buffer[] = []
  for await (const chunk of input.open()) parts.push(Buffer.from(chunk))
  try {
    const parsed = parseDiagnosis(JSON.parse(Buffer.concat(parts).toString('utf8')))
    return parsed.ok ? parsed : { ok: false, complaint: parsed.complaints.join('; ') }
  } catch {
    return { ok: false, complaint: 'is a saved diagnosis, but not whole: it is no JSON' }
  }
}

async function isSaved(input: Input): Promise<boolean> {
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

import type { Diagnosis, Input } from '@whyreset/core'
import { parseDiagnosis } from '@whyreset/report/diagnosis-schema'

type Saved =
  | { readonly ok: true; readonly diagnosis: Diagnosis }
  /** Why it cannot be shown, without the file's name. */
  | { readonly ok: false; readonly complaint: string }

/** Reads the answer of an earlier run, which `--json` wrote. */
export async function readSaved(input: Input): Promise<Saved> {
  const parts: Buffer[] = []
  for await (const chunk of input.open()) parts.push(Buffer.from(chunk))
  try {
    const parsed = parseDiagnosis(JSON.parse(Buffer.concat(parts).toString('utf8')))
    return parsed.ok ? parsed : { ok: false, complaint: parsed.complaints.join('; ') }
  } catch {
    return { ok: false, complaint: 'is a saved diagnosis, but not whole: it is no JSON' }
  }
}

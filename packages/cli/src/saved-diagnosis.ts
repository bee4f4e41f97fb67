import type { Diagnosis, Input } from '@whyreset/core'
import { parseDiagnosis } from '@whyreset/report/parse-diagnosis'

type Saved =
  | { readonly ok: true; readonly diagnosis: Diagnosis }
  /** Why it cannot be shown, without the file's name. */
  | { readonly ok: false; readonly complaint: string }

/** The JSON of 10,000 incidents has a tenth of this. */
const MAX_BYTES = 256_000_000
const AGAIN = 'analyse its evidence again'

/** Reads the answer of an earlier run, which `--json` wrote. */
export async function readSaved(input: Input, maxBytes = MAX_BYTES): Promise<Saved> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const chunk of input.open()) {
    bytes += chunk.length
    if (bytes > maxBytes)
      return refused(
        `is a saved answer of more than ${megabytes(maxBytes)}, which --json never writes: ${AGAIN}`,
      )
    parts.push(Buffer.from(chunk))
  }
  const text = Buffer.concat(parts)
    .toString('utf8')
    .replace(/^\ufeff/, '')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return refused(
      `is a saved answer, but not whole: ${whatIsWrong(error, text)}; all that --json wrote was wanted: copy it anew, or ${AGAIN}`,
    )
  }
  const parsed = parseDiagnosis(value)
  if (parsed.ok) return parsed
  const isOtherVersion = parsed.complaints.some((complaint) =>
    complaint.startsWith('has the schema "whyreset.diagnosis/'),
  )
  return refused(`${parsed.complaints.join('; ')}${isOtherVersion ? `: update whyreset, or ${AGAIN}` : ''}`)
}

function refused(complaint: string): Saved {
  return { ok: false, complaint }
}

/** V8 says at which character, if at all. */
function whatIsWrong(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : ''
  const position = /at position (\d+)/.exec(message)?.[1]
  if (message.includes('Unexpected end') || Number(position) >= text.length)
    return `it breaks off after ${grouped(text.length)} characters`
  return position === undefined
    ? 'it is no JSON'
    : `it is no JSON at character ${grouped(Number(position) + 1)}`
}

const grouped = (count: number): string => count.toLocaleString('en-US')

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`
}

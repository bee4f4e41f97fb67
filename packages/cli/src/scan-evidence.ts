import { createReadStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Diagnosis } from '@whyreset/core'
import { rankByEvidence, readTraces, type Place, type Trace } from '@whyreset/scan'

/** Bytes of each log that are looked through for stack frames. */
const MAX_LOG_BYTES = 64_000_000

/** The places in the order that the evidence gives them; its logs are read again for the lines of code they name. */
export async function rankPlaces(
  places: readonly Place[],
  diagnosis: Diagnosis,
  roots: readonly string[],
): Promise<readonly Place[]> {
  const traces: Trace[] = []
  for (const { path, kind } of diagnosis.inputs)
    if (kind === 'app-log') traces.push(...(await tracesOf(path)))
  const sources = new Map<string, string | undefined>()
  const sourceOf = (file: string): string | undefined => {
    if (!sources.has(file)) sources.set(file, sourceText(file, roots))
    return sources.get(file)
  }
  return rankByEvidence(places, { diagnosis, traces, sourceOf })
}

/** A saved answer may be far from its logs, and a log may be packed: then there are no frames. */
async function tracesOf(path: string): Promise<readonly Trace[]> {
  const lines: string[] = []
  try {
    const stream = createReadStream(path, { encoding: 'utf8', end: MAX_LOG_BYTES })
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity }))
      if (/:\d|line \d|leak|closed|LEAK/i.test(line)) lines.push(line.slice(0, 4000))
  } catch {
    return []
  }
  return readTraces(lines)
}

function sourceText(file: string, roots: readonly string[]): string | undefined {
  for (const path of [...roots.map((root) => join(root, file)), file]) {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      // The next root may have it.
    }
  }
  return undefined
}

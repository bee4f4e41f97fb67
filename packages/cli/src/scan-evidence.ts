import { readFileSync, statSync } from 'node:fs'
import { basename, isAbsolute, join, relative, resolve } from 'node:path'
import { createLogMentionReader, type Diagnosis } from '@whyreset/core'
import { rankByEvidence, type LogEvidence, type Place } from '@whyreset/scan'
import { openPaths } from './open-paths.ts'

/** Bytes of each log that are looked through for what leads to the source. */
const MAX_LOG_BYTES = 64_000_000
/** Logs: what a collector prints may stand in the same file, and a few lines alone are not always recognised. */
const LOG_KINDS: ReadonlySet<string> = new Set(['app-log', 'gc-log', 'unknown'])

/** The places in the order that the evidence gives them; its logs are read again for the code and threads they name. */
export async function rankPlaces(
  places: readonly Place[],
  diagnosis: Diagnosis,
  roots: readonly string[],
  namesFrom: string,
): Promise<readonly Place[]> {
  const paths = [
    ...new Set(diagnosis.inputs.filter(({ kind }) => LOG_KINDS.has(kind)).map(({ path }) => path)),
  ]
  const logs: LogEvidence[] = []
  for (const path of paths) {
    const isAlone = paths.filter((other) => basename(other) === basename(path)).length === 1
    const mentions = await mentionsIn(path)
    if (mentions.length > 0) logs.push({ name: isAlone ? basename(path) : path, mentions })
  }
  return rankByEvidence(places, { diagnosis, logs, sourceOf: (file) => sourceText(file, roots, namesFrom) })
}

/** A saved answer may be far from its logs, and standard input is gone: then there are none. */
async function mentionsIn(path: string): Promise<LogEvidence['mentions']> {
  if (path === '-' || statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return []
  const reader = createLogMentionReader()
  const [input] = openPaths([path]).flatMap(({ inputs }) => inputs)
  let bytes = 0
  try {
    for await (const chunk of input?.open() ?? []) {
      reader.push(chunk)
      bytes += chunk.length
      if (bytes > MAX_LOG_BYTES) break
    }
  } catch {
    // The answer said already what is wrong with it; what was read before counts.
  } finally {
    input?.close?.()
  }
  return reader.end()
}

/** Files in a root outside of `namesFrom` are named from that root. */
function sourceText(file: string, roots: readonly string[], namesFrom: string): string | undefined {
  const elsewhere = roots.filter((root) => isElsewhere(relative(namesFrom, resolve(root))))
  for (const path of [...elsewhere.map((root) => join(root, file)), join(namesFrom, file), ...roots]) {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      // The next one may have it.
    }
  }
  return undefined
}

function isElsewhere(fromHere: string): boolean {
  return fromHere.startsWith('..') || isAbsolute(fromHere)
}

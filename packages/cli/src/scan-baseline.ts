import { readFile, writeFile } from 'node:fs/promises'
import { cleanShort } from '@whyreset/report/escape'
import { baselineOf, parseBaseline, type Baseline, type Place } from '@whyreset/scan'
import { systemReason } from './system-reason.ts'
import { UsageError } from './usage-error.ts'

/** UTF-16 units of a name that an error repeats. */
const MAX_NAME_LENGTH = 300

/** What `--write-baseline` wrote; anything else is a mistake in what was typed. */
export async function readBaseline(path: string): Promise<Baseline> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new UsageError(
      `--baseline: ${cleanShort(path, MAX_NAME_LENGTH)} cannot be read: ${systemReason(error)}`,
    )
  }
  const baseline = parseBaseline(parsed(text))
  if (baseline === undefined)
    throw new UsageError(
      `--baseline: ${cleanShort(path, MAX_NAME_LENGTH)} is not what --write-baseline wrote\n(whyreset scan PATH --write-baseline FILE)`,
    )
  return baseline
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Gives what to say of it. */
export async function writeBaseline(
  path: string,
  places: readonly Place[],
): Promise<{ readonly ok: boolean; readonly says: string }> {
  const name = cleanShort(path, MAX_NAME_LENGTH)
  try {
    await writeFile(path, `${JSON.stringify(baselineOf(places), undefined, 2)}\n`)
  } catch (error) {
    return { ok: false, says: `${name}: cannot be written: ${systemReason(error)}` }
  }
  const known = `${places.length} place${places.length === 1 ? '' : 's'}`
  return { ok: true, says: `${name} knows ${known} now: --baseline ${name} leaves them out` }
}

import { type Problem, problem } from '../errors.ts'
import { parseAddress } from './endpoint.ts'

/** The parts of `manifest.json` (schema `whyreset.evidence/1`) that a diagnosis uses. */
export interface Manifest {
  readonly targets: readonly {
    readonly name: string
    readonly pid?: number
    /** Milliseconds since 1970 UTC. */
    readonly startedAtMs?: number
    readonly addresses: readonly string[]
    /** Minutes east of UTC of the target's own zone. */
    readonly zoneMinutes?: number
  }[]
  /** Paths relative to the folder → what they are and whose. */
  readonly files: readonly { readonly path: string; readonly kind?: string; readonly target?: string }[]
  /** When lines of logs had been written, as the recorder saw them grow. Milliseconds since 1970 UTC; lines from 1. */
  readonly lineTimes?: readonly { readonly path: string; readonly line: number; readonly atMs: number }[]
}

const SCHEMA = 'whyreset.evidence/1'
/** A folder has tens of files; more entries than this were not written by a collector. */
const MAX_ENTRIES = 100_000
const MAX_TEXT = 4096

/**
 * Reads `manifest.json`. An entry of the wrong form is left out without a word, the rest is used: the folder's files
 * are evidence with or without it. A problem means that there is no manifest.
 */
export function parseManifest(text: string): { manifest?: Manifest; problem?: Problem } {
  let json: unknown
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    // The engine's own words differ between engines, and may quote the file.
    return { problem: problem('manifest-not-json', { characters: text.length }) }
  }
  const root = isRecord(json) ? json : {}
  if (root['schema'] !== SCHEMA) {
    const found = readText(root['schema']) ?? 'none'
    return { problem: problem('manifest-schema', { found: found.slice(0, 100), wanted: SCHEMA }) }
  }
  const lineTimes = readList(root['clocks'], readLineTime)
  return {
    manifest: {
      targets: readList(root['targets'], readTarget),
      files: readList(root['files'], readFile),
      ...(lineTimes.length > 0 && { lineTimes }),
    },
  }
}

function readTarget(json: Record<string, unknown>): Manifest['targets'][number] | undefined {
  const name = readText(json['name'])
  if (name === undefined) return undefined
  const pid = json['pid']
  const startedAtMs = readInstant(json['startedAt'])
  const zoneMinutes = readZone(json['zone'])
  const addresses = Array.isArray(json['addresses']) ? json['addresses'].slice(0, MAX_ENTRIES) : []
  return {
    name,
    ...(typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 0 && { pid }),
    ...(startedAtMs !== undefined && { startedAtMs }),
    // `10.0.0.1/24`, as `ip addr` prints them, is the address all the same.
    addresses: addresses.flatMap((address) => {
      const canonical = parseAddress(readText(address)?.replace(/\/\d{1,3}$/, '') ?? '')
      return canonical === undefined || canonical === '*' ? [] : [canonical]
    }),
    ...(zoneMinutes !== undefined && { zoneMinutes }),
  }
}

/** A path that leaves the folder names no file of it. */
function readFile(json: Record<string, unknown>): Manifest['files'][number] | undefined {
  const path = readText(json['path'])
  if (path === undefined || /^(?:[/\\]|[a-z]:)/i.test(path) || path.split(/[/\\]/).includes('..'))
    return undefined
  const kind = readText(json['kind'])
  const target = readText(json['target'])
  return { path, ...(kind !== undefined && { kind }), ...(target !== undefined && { target }) }
}

function readLineTime(json: Record<string, unknown>): NonNullable<Manifest['lineTimes']>[number] | undefined {
  const file = readFile(json)
  const atMs = readInstant(json['at'])
  const line = json['line']
  if (file === undefined || atMs === undefined || typeof line !== 'number') return undefined
  return Number.isSafeInteger(line) && line > 0 ? { path: file.path, line, atMs } : undefined
}

function readList<T>(json: unknown, read: (entry: Record<string, unknown>) => T | undefined): T[] {
  if (!Array.isArray(json)) return []
  return json
    .slice(0, MAX_ENTRIES)
    .map((entry: unknown) => (isRecord(entry) ? read(entry) : undefined))
    .filter((entry) => entry !== undefined)
}

/** ISO 8601 with a zone: without one it would be read in the zone of the machine that analyses. */
function readInstant(json: unknown): number | undefined {
  const text = readText(json)
  if (
    text === undefined ||
    !/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/.test(text)
  )
    return undefined
  // Date takes three digits of a second everywhere; more are up to the engine.
  const ms = Date.parse(text.replace(/(\.\d{3})\d+/, '$1'))
  return Number.isNaN(ms) ? undefined : ms
}

/** `+08:00`, `-0330`, `Z`, `UTC`, or minutes as a number. Names such as `Asia/Shanghai` need a date, and stay unknown. */
function readZone(json: unknown): number | undefined {
  if (typeof json === 'number')
    return Number.isInteger(json) && Math.abs(json) <= MAX_ZONE_MINUTES ? json : undefined
  const text = readText(json)
  if (text === 'Z' || text === 'UTC') return 0
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(text ?? '')
  if (match === null) return undefined
  const minutes = Number(match[2]) * 60 + Number(match[3])
  if (minutes > MAX_ZONE_MINUTES) return undefined
  return match[1] === '-' && minutes > 0 ? -minutes : minutes
}

/** UTC+14, Kiritimati. */
const MAX_ZONE_MINUTES = 14 * 60

function readText(json: unknown): string | undefined {
  return typeof json === 'string' && json !== '' && json.length <= MAX_TEXT ? json : undefined
}

function isRecord(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

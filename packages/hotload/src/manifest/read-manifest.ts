import { valid, validRange } from 'semver'
import { HotloadError } from '../errors.ts'
import { shown, type JsonObject } from './json-value.ts'
import type { Manifest } from './manifest.ts'

/** Blobs beyond this are refused before a byte of them is asked for, unless the user allows more. */
export const DEFAULT_MAX_BLOB_BYTES = 1024 ** 3
const MAX_NAME_LENGTH = 214
const MAX_TEXT_LENGTH = 256
const MAX_PATH_LENGTH = 1024
/** NAME_MAX of every file system that a store may lie on. */
const MAX_FILE_NAME_BYTES = 255

const NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/
const SHA512 = /^[0-9a-f]{128}$/
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/

/** A value from disk or from the wire as a manifest; fields that are not known are left out. Throws `HOTLOAD_MANIFEST`. */
export function manifestOf(value: JsonObject, maxBlobBytes = DEFAULT_MAX_BLOB_BYTES): Manifest {
  const { schema, name, version, seq, expires, size, sha512, format } = value
  if (schema !== 'hotload.manifest/1') throw wrong('schema', schema, '"hotload.manifest/1"')
  if (!isPackageName(name)) throw wrong('name', name, 'a name such as "pricing" or "@team/pricing"')
  if (typeof version !== 'string' || version.length > MAX_TEXT_LENGTH || valid(version) !== version)
    throw wrong('version', version, 'a semantic version such as "1.4.2"')
  if (!isCount(seq) || seq < 1) throw wrong('seq', seq, 'a whole number from 1 on')
  if (!isInstant(expires)) throw wrong('expires', expires, 'a date such as "2027-01-31T00:00:00Z"')
  if (!isCount(size) || size > maxBlobBytes) throw wrong('size', size, `at most ${maxBlobBytes} bytes`)
  if (!isSha512(sha512)) throw wrong('sha512', sha512, '128 hexadecimal digits')
  if (format !== 'tgz' && format !== 'file') throw wrong('format', format, '"tgz" or "file"')
  return {
    schema,
    name,
    version,
    seq,
    expires,
    size,
    sha512,
    format,
    ...fileNameOf(value, format),
    ...entryOf(value),
    ...hostOf(value),
    ...rolloutOf(value),
    ...retractedOf(value),
  }
}

export function isPackageName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_NAME_LENGTH && NAME.test(value)
}

export function isSha512(value: unknown): value is string {
  return typeof value === 'string' && SHA512.test(value)
}

export function isInstant(value: unknown): value is string {
  return typeof value === 'string' && INSTANT.test(value) && !Number.isNaN(Date.parse(value))
}

/** A whole number that is not negative and exact. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

/** A name that stays in its folder, on every system. */
export function isPlainFileName(value: unknown): value is string {
  if (typeof value !== 'string' || value === '' || value === '.' || value === '..') return false
  return Buffer.byteLength(value) <= MAX_FILE_NAME_BYTES && !/[/\\:]/.test(value) && !CONTROL.test(value)
}

/** A path that stays in its folder: plain names with `/` between them. */
export function isInnerPath(value: unknown): value is string {
  return (
    typeof value === 'string' && value.length <= MAX_PATH_LENGTH && value.split('/').every(isPlainFileName)
  )
}

function fileNameOf({ fileName }: JsonObject, format: 'tgz' | 'file'): { fileName?: string } {
  if (format === 'tgz') return {}
  if (!isPlainFileName(fileName)) throw wrong('fileName', fileName, 'a plain name such as "rules.jar"')
  return { fileName }
}

function entryOf({ entry }: JsonObject): { entry?: string } {
  if (entry === undefined) return {}
  if (!isInnerPath(entry)) throw wrong('entry', entry, 'a path inside the package such as "dist/index.js"')
  return { entry }
}

function hostOf({ host }: JsonObject): { host?: string } {
  if (host === undefined) return {}
  if (typeof host !== 'string' || host.length > MAX_TEXT_LENGTH || validRange(host) === null)
    throw wrong('host', host, 'a semver range such as "^2.0"')
  return { host }
}

function rolloutOf({ rollout }: JsonObject): { rollout?: number } {
  if (rollout === undefined) return {}
  if (typeof rollout !== 'number' || !(rollout >= 0 && rollout <= 1))
    throw wrong('rollout', rollout, 'a share from 0 to 1')
  return { rollout }
}

function retractedOf({ retracted }: JsonObject): { retracted?: true } {
  if (retracted === undefined) return {}
  if (retracted !== true) throw wrong('retracted', retracted, 'true, or nothing')
  return { retracted }
}

function wrong(field: string, found: unknown, wanted: string): HotloadError {
  return new HotloadError(
    'HOTLOAD_MANIFEST',
    `the manifest has ${field} ${shown(found)}: ${wanted} was wanted`,
  )
}

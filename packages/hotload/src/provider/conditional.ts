import type { IncomingHttpHeaders } from 'node:http'

/** What a representation is known by. */
export interface Validators {
  /** Strong, with its quotes. */
  readonly etag: string
  readonly lastModified: Date
}

export type Precondition = 'proceed' | 'not-modified' | 'failed'

/** RFC 9110 §13.2.2, in its order, for GET and HEAD. */
export function evaluatePreconditions(headers: IncomingHttpHeaders, found: Validators): Precondition {
  const ifMatch = headers['if-match']
  if (ifMatch !== undefined) {
    if (!namesStrongly(ifMatch, found.etag)) return 'failed'
  } else if (isModifiedSince(headers['if-unmodified-since'], found) === true) return 'failed'
  const ifNoneMatch = headers['if-none-match']
  if (ifNoneMatch !== undefined) return namesWeakly(ifNoneMatch, found.etag) ? 'not-modified' : 'proceed'
  return isModifiedSince(headers['if-modified-since'], found) === false ? 'not-modified' : 'proceed'
}

/** RFC 9110 §13.1.5: whether the Range header holds. A weak tag never does; a date does when it is the very one. */
export function isRangeCurrent(headers: IncomingHttpHeaders, found: Validators, now: Date): boolean {
  const ifRange = headers['if-range']
  if (ifRange === undefined) return true
  const text = String(ifRange).trim()
  if (text.startsWith('"') || text.startsWith('W/')) return text === found.etag
  // §8.8.2.2: a date is strong only when a second passed since, in which it could have changed again.
  const modifiedMs = wholeSeconds(found.lastModified)
  return Date.parse(text) === modifiedMs && wholeSeconds(now) - modifiedMs >= 1000
}

function namesStrongly(list: string, etag: string): boolean {
  return list.trim() === '*' || tagsOf(list).includes(etag)
}

function namesWeakly(list: string, etag: string): boolean {
  return list.trim() === '*' || tagsOf(list).some((tag) => tag.replace(/^W\//, '') === etag)
}

function tagsOf(list: string): readonly string[] {
  return list.match(/(?:W\/)?"[\u0021\u0023-\u007e\u0080-\u00ff]*"/g) ?? []
}

/** `undefined` where there is no date, or none that can be read: then the header is ignored (§13.1.3). */
function isModifiedSince(header: string | undefined, { lastModified }: Validators): boolean | undefined {
  const sinceMs = header === undefined ? Number.NaN : Date.parse(header)
  return Number.isNaN(sinceMs) ? undefined : wholeSeconds(lastModified) > sinceMs
}

/** HTTP dates have no fractions. */
function wholeSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000) * 1000
}

import { isObject, parseJson } from '../manifest/json-value.ts'
import { isSha512 } from '../manifest/read-manifest.ts'
import type { Answer } from './exchange.ts'

/** A file that changed so shortly before it was sent may change again without its date, or a tag made of it, changing. */
const FRESH_MS = 2000

/** What a web server names a state of a file by. */
export interface Validators {
  readonly etag?: string
  readonly lastModified?: string
}

/** Of an answer, those by which a change would be seen; none where Last-Modified is within 2 s of Date (RFC 9110 §8.8.2.2). */
export function trustedValidators(answer: Answer): Validators {
  const etag = answer.header('etag')
  const lastModified = answer.header('last-modified')
  if (lastModified !== undefined) {
    const date = answer.header('date')
    const sentMs = date === undefined ? Date.now() : Date.parse(date)
    // Tags of web servers are made of the date as well (Tomcat bug 57765); a date that cannot be read is not trusted.
    if (!(sentMs - Date.parse(lastModified) >= FRESH_MS)) return {}
  }
  return { ...(etag !== undefined && { etag }), ...(lastModified !== undefined && { lastModified }) }
}

export function validatorHeaders({ etag, lastModified }: Validators): Record<string, string> {
  // RFC 9110 §13.1.3: where both are sent, If-None-Match alone counts.
  if (etag !== undefined) return { 'if-none-match': etag }
  return lastModified === undefined ? {} : { 'if-modified-since': lastModified }
}

/** What a source that has no manifest remembers in place of its ETag: it comes back with the next check. */
export interface Memory extends Validators {
  readonly sha512: string
}

export function writeMemory(memory: Memory): string {
  return JSON.stringify(memory)
}

export function readMemory(text: string | undefined): Memory | undefined {
  const value = text === undefined ? undefined : parseJson(text)
  if (!isObject(value) || !isSha512(value['sha512'])) return undefined
  const { sha512, etag, lastModified } = value
  return {
    sha512,
    ...(typeof etag === 'string' && { etag }),
    ...(typeof lastModified === 'string' && { lastModified }),
  }
}

import { say, type Diagnosis, type Message } from '@whyreset/core'
import type { Place } from '../place.ts'
import type { LogEvidence } from './named-code.ts'
import { nearestTo, type SourceLines } from './source-lines.ts'

/** What was asked for on connections that were lost. */
export interface Asked {
  readonly paths: readonly string[]
  readonly hosts: readonly string[]
}

/** Different ones that are looked for. */
const MAX_ASKED = 200
/** Lines around a place in which a literal speaks for it and not only for its file. */
const NEAR_LINES = 15

/** Paths and hosts, from the proofs of what was lost and from the lines of logs that tell of it. */
export function askedFor({ findings }: Diagnosis, logs: readonly LogEvidence[]): Asked {
  const paths = new Set<string>()
  const hosts = new Set<string>()
  for (const { severity, statement, because, proof, server } of findings) {
    if (severity === 'info') continue
    addHost(hosts, server.replace(/:\d+$/, ''))
    for (const { values } of [statement, ...because, ...proof.map(({ says }) => says)]) {
      if (typeof values['request'] === 'string') addPath(paths, values['request'])
      if (typeof values['serverName'] === 'string') addHost(hosts, values['serverName'])
    }
  }
  for (const { mentions } of logs)
    for (const { request, host } of mentions) {
      if (request !== undefined) addPath(paths, request)
      if (host !== undefined) addHost(hosts, host)
    }
  return { paths: [...paths].slice(0, MAX_ASKED), hosts: [...hosts].slice(0, MAX_ASKED) }
}

export interface FoundLiteral {
  readonly isNear: boolean
  readonly says: Message
}

/** The path that stands nearest to the place in its file. */
export function pathIn(source: SourceLines, place: Place, { paths }: Asked): FoundLiteral | undefined {
  const wanted = paths.flatMap((path) =>
    literalsOf(path).map((literal, rank) => ({
      rank,
      literal,
      says: (line: number) => say('seen-path', { path, literal, line }),
    })),
  )
  return nearest(
    wanted.toSorted((a, b) => a.rank - b.rank),
    source,
    place,
  )
}

export function hostIn(source: SourceLines, place: Place, { hosts }: Asked): FoundLiteral | undefined {
  return nearest(
    hosts.map((host) => ({ literal: host, says: (line: number) => say('seen-host', { host, line }) })),
    source,
    place,
  )
}

interface Wanted {
  readonly literal: string
  readonly says: (line: number) => Message
}

/** Of those near the place the first wins, as the more telling ones come first. */
function nearest(all: readonly Wanted[], source: SourceLines, { line }: Place): FoundLiteral | undefined {
  let far: FoundLiteral | undefined
  for (const { literal, says } of all) {
    const at = nearestTo(line, source.linesWith(literal))
    if (at === undefined) continue
    const isNear = Math.abs(at - line) <= NEAR_LINES
    if (isNear) return { isNear, says: says(at) }
    far ??= { isNear, says: says(at) }
  }
  return far
}

/** Segments that every service has. */
const COMMON =
  /^(?:|api|rest|v\d+|index(?:\.\w+)?|status|health|list|get|test|data|search|login|public|static)$/i
/** Segments that stand for a value: they are no literal in the source. */
const VARIABLE = /^(?:\d+|[\da-f]{8,}|[\da-f]{8}-[\da-f-]{20,}|[\w-]*\d{4,}[\w-]*)$/i

/** How the source may spell it, the most telling first: all of it, its end, its part before a value, its last word. */
function literalsOf(path: string): readonly string[] {
  const segments = path.split('/').slice(1)
  const variable = segments.findIndex((segment) => VARIABLE.test(segment))
  if (variable !== -1) {
    const fixed = segments.slice(0, variable)
    return isTelling(fixed) ? [`/${fixed.join('/')}/`] : []
  }
  const ends = segments.map((_segment, index) => segments.slice(index)).filter(isTelling)
  const last = segments.at(-1) ?? ''
  return [
    ...ends.map((end) => `/${end.join('/')}`),
    ...(last.length >= MIN_WORD && isTelling([last]) ? [last] : []),
  ]
}

/** Characters of a word that is looked for without a slash before it. */
const MIN_WORD = 5

function isTelling(segments: readonly string[]): boolean {
  return segments.some((segment) => !COMMON.test(segment))
}

/** `GET /x?y=1 HTTP/1.1` */
function addPath(paths: Set<string>, request: string): void {
  const [, path = ''] =
    /^[A-Z]{3,10} (?:https?:\/\/[^/\s]+)?(\/[\w.~%!$&'()*+,;=:@/-]{0,200})/.exec(request) ?? []
  if (path.length > 1) paths.add(path)
}

/** This machine is asked by everybody. */
const OWN = /^(?:localhost|127(?:\.\d+){3}|::1|\[::1\]|0\.0\.0\.0|::)$/

function addHost(hosts: Set<string>, host: string): void {
  if (/^[\w.:[\]-]{3,250}$/.test(host) && !OWN.test(host)) hosts.add(host)
}

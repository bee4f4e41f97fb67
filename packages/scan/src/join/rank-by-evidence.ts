import type { CauseId, Diagnosis, Message } from '@whyreset/core'
import type { Place } from '../place.ts'
import type { LanguageId } from '../rule.ts'
import type { Trace } from './traces.ts'

export interface Evidence {
  readonly diagnosis: Diagnosis
  readonly traces: readonly Trace[]
  /** The whole text of a place's file, for the literals in it. */
  readonly sourceOf: (file: string) => string | undefined
}

/** How much each kind of evidence weighs. Only their order matters. */
const WEIGHTS = { leak: 100, frame: 40, cause: 30, path: 25, host: 10, runtime: 8 } as const
/** A frame names the line of the call; the place may be the line where the value was opened. */
const NEAR_LINES = 3
const MAX_LITERALS = 500

/** The places, those that the evidence speaks for first, each with what speaks for it. */
export function rankByEvidence(places: readonly Place[], evidence: Evidence): Place[] {
  const causes = causesOf(evidence.diagnosis)
  const { paths, hosts } = literalsOf(evidence.diagnosis)
  const languages = languagesOf(evidence.diagnosis)
  const scored = places.map((place) => {
    const found: { readonly weight: number; readonly says: string }[] = []
    const traces = evidence.traces.filter((trace) => isNear(trace, place))
    const leak = traces.find(({ isLeak }) => isLeak)
    if (leak !== undefined)
      found.push({ weight: WEIGHTS.leak, says: `a leak message in the log names ${leak.file}:${leak.line}` })
    else if (traces[0] !== undefined)
      found.push({
        weight: WEIGHTS.frame,
        says: `a stack frame in the log names ${traces[0].file}:${traces[0].line}`,
      })
    const cause = place.causes.find((id) => causes.has(id))
    const connections = cause === undefined ? undefined : causes.get(cause)
    if (cause !== undefined)
      found.push({
        weight: WEIGHTS.cause,
        says: `explains ${cause}, found on ${connections} connection${connections === 1 ? '' : 's'}`,
      })
    const source = evidence.sourceOf(place.file)
    if (source !== undefined) {
      const path = paths.find((literal) => source.includes(literal))
      if (path !== undefined)
        found.push({ weight: WEIGHTS.path, says: `the file holds ${path}, which was asked for` })
      const host = hosts.find((literal) => source.includes(literal))
      if (host !== undefined)
        found.push({ weight: WEIGHTS.host, says: `the file holds ${host}, which was asked` })
    }
    if (languages.has(place.language))
      found.push({ weight: WEIGHTS.runtime, says: `the evidence is of a program in this language's runtime` })
    found.sort((a, b) => b.weight - a.weight)
    const score = found.reduce((sum, { weight }) => sum + weight, 0) * place.confidence
    // The runtime alone says nothing of this place.
    const says = found.some(({ weight }) => weight > WEIGHTS.runtime) ? found.map((item) => item.says) : []
    return { score, place: says.length === 0 ? place : { ...place, evidence: says } }
  })
  return scored.toSorted((a, b) => b.score - a.score).map(({ place }) => place)
}

/** Causes of what was lost, and of what will be: connections of each. */
function causesOf({ findings, warnings }: Diagnosis): ReadonlyMap<CauseId, number> {
  const causes = new Map<CauseId, number>()
  const add = (cause: CauseId, connections: number): void => {
    causes.set(cause, (causes.get(cause) ?? 0) + connections)
  }
  for (const { cause, connections, severity, alternatives } of findings) {
    if (severity === 'info') continue
    add(cause, connections)
    if (cause === 'unknown') for (const { cause: other } of alternatives) add(other, connections)
  }
  // What is left in CLOSE_WAIT was answered by nobody; what stalls now is reset at the next collection.
  for (const { kind, count } of warnings)
    add(kind === 'close-wait-leak' ? 'data-after-close' : 'garbage-collected', count)
  return causes
}

/** What was asked for, from the sentences of the answer: `GET /catalog-all.jar`, `Host: feed.example`. */
function literalsOf({ findings }: Diagnosis): { paths: string[]; hosts: string[] } {
  const paths = new Set<string>()
  const hosts = new Set<string>()
  const messages: Message[] = findings.flatMap(({ because, statement, proof }) => [
    statement,
    ...because,
    ...proof.map(({ says }) => says),
  ])
  for (const { values, text } of messages.slice(0, MAX_LITERALS)) {
    for (const value of [...Object.values(values), text]) {
      if (typeof value !== 'string') continue
      for (const [, path = ''] of value.matchAll(/(?:^|\s)(\/[\w.~%+/-]{2,120})/g)) {
        paths.add(path)
        const last = path.split('/').at(-1) ?? ''
        if (last.length >= 5) paths.add(last)
      }
      for (const [, host = ''] of value.matchAll(/\b((?:[a-z0-9-]+\.)+[a-z]{2,12})\b(?!\/)/g)) hosts.add(host)
    }
  }
  return { paths: [...paths], hosts: [...hosts] }
}

const RUNTIMES: readonly (readonly [RegExp, readonly LanguageId[]])[] = [
  [/\b(?:jvm|java)\b/i, ['java', 'kotlin']],
  [/\b(?:v8|node)\b/i, ['javascript']],
  [/\bpython\d?/i, ['python']],
  [/^go\b/i, ['go']],
  [/\bdotnet\b|\.net\b/i, ['csharp']],
]

/** By the format of the garbage-collection log, and the names of the processes at both ends. */
function languagesOf({ inputs, findings }: Diagnosis): ReadonlySet<LanguageId> {
  const words = [
    ...inputs.filter(({ kind }) => kind === 'gc-log').map(({ format }) => format),
    ...findings.flatMap(({ parties }) => [parties?.client?.process ?? '', parties?.server?.process ?? '']),
  ]
  return new Set(
    RUNTIMES.filter(([form]) => words.some((word) => form.test(word))).flatMap(([, languages]) => languages),
  )
}

function isNear(trace: Trace, { file, line, frame }: Place): boolean {
  if (file !== trace.file && !file.endsWith(`/${trace.file}`)) return false
  return Math.abs(trace.line - line) <= Math.max(NEAR_LINES, frame.lines.length)
}

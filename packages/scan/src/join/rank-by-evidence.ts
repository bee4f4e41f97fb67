import { say, type Diagnosis, type Message } from '@whyreset/core'
import type { Place } from '../place.ts'
import { askedFor, hostIn, pathIn } from './asked.ts'
import { explainer } from './explained.ts'
import { namedCode, type LogEvidence } from './named-code.ts'
import { runtimesOf } from './runtimes.ts'
import { sourceLines, type SourceLines } from './source-lines.ts'
import { threadIn, threadsIn } from './thread-names.ts'

export interface Evidence {
  readonly diagnosis: Diagnosis
  readonly logs: readonly LogEvidence[]
  /** The whole text of a place's file, for the literals in it. */
  readonly sourceOf: (file: string) => string | undefined
}

/** How much each kind of evidence weighs. Only their order matters. */
const WEIGHTS = {
  leak: 100,
  leakWithin: 90,
  frame: 40,
  frameWithin: 35,
  cause: 25,
  /** What was found on most connections comes first. */
  causeShare: 10,
  path: 25,
  thread: 20,
  pathElsewhere: 12,
  host: 10,
  runtime: 8,
  hostElsewhere: 6,
} as const

/** The places, those that the evidence speaks for first, each with what speaks for it. */
export function rankByEvidence(places: readonly Place[], evidence: Evidence): Place[] {
  const weigh = createScale(places, evidence)
  const scored = places.map((place) => {
    const found = weigh(place).toSorted((a, b) => b.weight - a.weight)
    const score = found.reduce((sum, { weight }) => sum + weight, 0) * place.confidence
    // The runtime alone says nothing of this place.
    const isTold = found.some(({ weight }) => weight !== WEIGHTS.runtime)
    return { score, place: isTold ? { ...place, evidence: found.map(({ says }) => says) } : place }
  })
  return scored.toSorted((a, b) => b.score - a.score).map(({ place }) => place)
}

interface Weighed {
  readonly weight: number
  readonly says: Message
}

/** Looks the evidence through once; gives what it says of a place. */
function createScale(
  places: readonly Place[],
  { diagnosis, logs, sourceOf }: Evidence,
): (place: Place) => Weighed[] {
  const explain = explainer(diagnosis)
  const asked = askedFor(diagnosis, logs)
  const threads = threadsIn(diagnosis, logs)
  const runtimes = runtimesOf(diagnosis)
  const files = [...new Set(places.map(({ file }) => file))]
  const sources = new Map<string, SourceLines | undefined>()
  const linesOf = (file: string): SourceLines | undefined => {
    if (!sources.has(file)) {
      const text = sourceOf(file)
      sources.set(file, text === undefined ? undefined : sourceLines(text))
    }
    return sources.get(file)
  }
  return (place) => {
    const code = namedCode(place, logs, files)
    const cause = explain(place)
    const runtime = runtimes.get(place.language)
    return [
      ...(code === undefined ? [] : [{ weight: weightOfCode(code), says: code.says }]),
      ...(cause === undefined
        ? []
        : [{ weight: WEIGHTS.cause + WEIGHTS.causeShare * cause.share, says: cause.says }]),
      ...literalsIn(linesOf(place.file), place),
      ...(runtime === undefined ? [] : [{ weight: WEIGHTS.runtime, says: say('seen-runtime', { runtime }) }]),
    ]
  }

  function literalsIn(source: SourceLines | undefined, place: Place): Weighed[] {
    if (source === undefined) return []
    const path = pathIn(source, place, asked)
    const host = hostIn(source, place, asked)
    const thread = threadIn(source, place, threads)
    return [
      ...(path === undefined
        ? []
        : [{ weight: path.isNear ? WEIGHTS.path : WEIGHTS.pathElsewhere, says: path.says }]),
      ...(host === undefined
        ? []
        : [{ weight: host.isNear ? WEIGHTS.host : WEIGHTS.hostElsewhere, says: host.says }]),
      ...(thread === undefined ? [] : [{ weight: WEIGHTS.thread, says: thread }]),
    ]
  }
}

function weightOfCode({ isLeak, isWithin }: NonNullable<ReturnType<typeof namedCode>>): number {
  if (isLeak) return isWithin ? WEIGHTS.leakWithin : WEIGHTS.leak
  return isWithin ? WEIGHTS.frameWithin : WEIGHTS.frame
}

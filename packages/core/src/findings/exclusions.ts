import { isEmpty, type Because } from '../cause.ts'
import { CAUSES } from '../causes/index.ts'
import { exclusionOf, type Judgement } from '../diagnose.ts'
import type { CauseId, Family, Finding, Incident } from '../diagnosis.ts'
import { sayBecause } from './say-because.ts'

/** Each family with the cause whose exclusion says most. */
const TELLING: Readonly<Record<Exclude<Family, 'benign' | 'unknown'>, CauseId>> = {
  refused: 'connection-refused',
  deliberate: 'abortive-close',
  unresponsive: 'retransmission-timeout',
  'unknown-connection': 'data-after-close',
  abnormal: 'unread-data',
  middlebox: 'injected-reset',
}
type Exclusion = Incident['ruledOut'][number]
/** Their places among all causes, in that order, and what was said of them: mostly the same of many incidents. */
const TELLING_PLACES = CAUSES.flatMap(({ id: cause }, place) =>
  Object.values(TELLING).includes(cause) ? [{ cause, place, said: new WeakMap<Because, Exclusion>() }] : [],
)

/** Families none of whose causes matched, with what ruled out the most telling one. */
export function excludedOf(judgement: Judgement, own: Family): Finding['excluded'] {
  const { reset, best, others } = judgement
  const matched = new Set([best?.cause.family, ...others.map(({ cause }) => cause.family)])
  return Object.entries(TELLING).flatMap(([name, cause]) => {
    const place = CAUSES.findIndex(({ id }) => id === cause)
    const family = CAUSES[place]?.family
    if (family === undefined || name === own || matched.has(family)) return []
    // A bare reset seen at one place only may come from anybody on the way with the right TTL.
    if (
      family === 'middlebox' &&
      reset.form !== 'active' &&
      reset.kernelSent === undefined &&
      reset.others.length === 0
    )
      return []
    const isExcluded = CAUSES.every(
      (each, index) => each.family !== family || exclusionOf(judgement, index) !== undefined,
    )
    const telling = exclusionOf(judgement, place)
    return isExcluded && telling !== undefined ? [{ family, because: sayBecause(telling) }] : []
  })
}

/** The latest list of each cause: incidents of one cause mostly have the same, and reports write each list once. */
const latest = new Map<CauseId, readonly Exclusion[]>()

/** Of all that is ruled out, the cause of each family whose exclusion says most. */
export function tellingExclusions(judgement: Judgement): readonly Exclusion[] {
  const cause = judgement.best?.cause.id ?? 'unknown'
  const known = latest.get(cause)
  if (known !== undefined && areTelling(known, judgement)) return known
  const telling = TELLING_PLACES.flatMap((place) => {
    const because = exclusionOf(judgement, place.place)
    return because === undefined ? [] : [exclusionFor(place, because)]
  })
  latest.set(cause, telling)
  return telling
}

function areTelling(known: readonly Exclusion[], judgement: Judgement): boolean {
  let count = 0
  const areSame = TELLING_PLACES.every(({ place, said }) => {
    const because = exclusionOf(judgement, place)
    return because === undefined || said.get(because) === known[count++]
  })
  return areSame && count === known.length
}

function exclusionFor({ cause, said }: (typeof TELLING_PLACES)[number], because: Because): Exclusion {
  let exclusion = said.get(because)
  if (exclusion === undefined) {
    exclusion = { cause, because: sayBecause(because) }
    if (isEmpty(because.values)) said.set(because, exclusion)
  }
  return exclusion
}

import type { CauseId, Family } from './diagnosis.ts'
import type { CounterFacts } from './derive/counter-facts.ts'
import type { GcFacts } from './derive/gc-facts.ts'
import type { LogFacts } from './derive/log-facts.ts'
import type { Neighbours } from './derive/neighbours.ts'
import type { ResetGroup } from './derive/groups.ts'
import type { ResetFacts } from './derive/reset-facts.ts'
import type { ServiceFacts } from './derive/service-facts.ts'
import type { MessageId, MessageValues } from './messages/catalogue.ts'

/** How sure a match is; `diagnose.ts` alone maps it to a number. */
export type Strength = 'proven' | 'strong' | 'likely' | 'possible'

/** A sentence yet without words: an id of the catalogue with the values it takes. */
export type Because = { [K in MessageId]: { readonly id: K; readonly values: MessageValues[K] } }[MessageId]

/** Ids of sentences without values. */
type PlainId = {
  [K in MessageId]: MessageValues[K] extends Readonly<Record<string, never>> ? K : never
}[MessageId]

/** Where in the user's own files the proof is. */
export type Citation = { readonly input: number; readonly says: Because } & (
  | { readonly frame: number }
  | { readonly line: number }
  | { readonly row: number }
)

/** What a cause may look at. `reset`, `group` and `neighbours` are always there; the others depend on what was given. */
export interface CauseFacts {
  readonly reset: ResetFacts
  readonly group: ResetGroup
  readonly neighbours: Neighbours
  readonly service: ServiceFacts
  readonly logs: LogFacts
  /** Coincidence of the sender's resets with collections; absent without a garbage-collection log. */
  readonly gc: GcFacts
  readonly counters: CounterFacts
}

export type Verdict =
  | {
      readonly verdict: 'matched'
      readonly strength: Strength
      readonly because: Because
      readonly also?: readonly Because[]
      readonly proof: readonly Citation[]
    }
  | { readonly verdict: 'ruled-out'; readonly because: Because }
  | { readonly verdict: 'inconclusive'; readonly missing: Because }
  | { readonly verdict: 'error'; readonly message: string }

export interface Cause<K extends keyof CauseFacts = keyof CauseFacts, U extends keyof CauseFacts = never> {
  /** Kebab-case noun; equals the file name, the fixture folder and the doc page. */
  readonly id: CauseId
  readonly family: Family
  readonly scope: 'reset' | 'group'
  /** Facts that must be there: without them the cause is inconclusive. */
  readonly needs: readonly K[]
  /** Facts that are used when they are there. */
  readonly uses: readonly U[]
  readonly evaluate: (facts: Pick<CauseFacts, K> & Partial<Pick<CauseFacts, U>>) => Verdict
}

/** A cause as the runner sees it: given everything, it looks at what it declared. */
export interface RunnableCause {
  readonly id: CauseId
  readonly family: Family
  readonly scope: 'reset' | 'group'
  readonly needs: readonly (keyof CauseFacts)[]
  readonly uses: readonly (keyof CauseFacts)[]
  readonly evaluate: (facts: CauseFacts) => Verdict
}

/** Identity function that infers `needs` and `uses`, so that `evaluate` sees only what the cause declared. */
export function defineCause<const K extends keyof CauseFacts, const U extends keyof CauseFacts = never>(
  cause: Cause<K, U>,
): RunnableCause {
  // The runner checks `needs` before it calls; the optional facts are typed as such inside the cause.
  return cause
}

export function matched(
  strength: Strength,
  because: Because,
  proof: readonly Citation[],
  also: readonly Because[] = [],
): Verdict {
  return { verdict: 'matched', strength, because, proof, also }
}

/** Exclusions without values, each made once: a capture with many resets holds many thousands. */
const PLAIN = new Map<PlainId, Verdict>()

/** @param because the id alone of a sentence without values: most are, of each cause of each reset */
export function ruledOut(because: PlainId | Because): Verdict {
  if (typeof because !== 'string') return { verdict: 'ruled-out', because }
  let verdict = PLAIN.get(because)
  if (verdict === undefined) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the id is of a sentence without values
    verdict = { verdict: 'ruled-out', because: { id: because, values: {} } as Because }
    PLAIN.set(because, verdict)
  }
  return verdict
}

/** Whether there is no value: without a list of the keys, as it is asked for each exclusion of each reset. */
export function isEmpty(values: Because['values']): boolean {
  for (const key in values) if (Object.hasOwn(values, key)) return false
  return true
}

export function inconclusive(missing: Because): Verdict {
  return { verdict: 'inconclusive', missing }
}

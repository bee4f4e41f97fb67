import type { Because } from '../cause.ts'
import type { ResetFacts } from '../derive/reset-facts.ts'
import type { Judgement } from '../diagnose.ts'
import type { CauseId, Family, ResetBy } from '../diagnosis.ts'

/** What is kept of every judgement: a capture may hold very many resets, and is judged again where more is asked. */
export interface Outcome {
  readonly reset: ResetFacts
  readonly cause: CauseId
  readonly family: Family
  readonly resetBy: ResetBy
  readonly confidence: number
  /** What speaks for the cause. */
  readonly because: Because | undefined
  readonly also: readonly Because[]
  /** How much it shows: the surest match and the most proof represent a finding. */
  readonly weight: number
}

export interface FindingGroup {
  readonly cause: CauseId
  readonly family: Family
  readonly resetBy: ResetBy
  readonly members: readonly Outcome[]
}

export function outcomeOf(judgement: Judgement): Outcome {
  const { reset, best, others } = judgement
  const shown = best ?? others[0]
  return {
    reset,
    cause: best?.cause.id ?? 'unknown',
    family: best?.cause.family ?? 'unknown',
    resetBy: resetByOf(judgement),
    confidence: best?.confidence ?? 0,
    because: best?.because,
    also: best?.also ?? NONE,
    weight: (best?.confidence ?? 0) * 100 + (shown?.proof.length ?? 0),
  }
}

const NONE: readonly never[] = []

/** Incidents of one cause, by one side, on the same hosts are one finding. */
export function groupOutcomes(outcomes: readonly Outcome[]): FindingGroup[] {
  type Growing = FindingGroup & { readonly members: Outcome[] }
  const byHosts = new Map<string, Growing[]>()
  const groups: Growing[] = []
  for (const outcome of outcomes) {
    const { reset, cause, family, resetBy } = outcome
    const hosts =
      family === 'middlebox' || cause === 'unknown'
        ? `${reset.client.address} ${reset.server.address}`
        : reset[reset.sender].address
    // A key that names cause and side as well would be a new string for each of them.
    let known = byHosts.get(hosts)
    if (known === undefined) {
      known = []
      byHosts.set(hosts, known)
    }
    const group = known.find((each) => each.cause === cause && each.resetBy === resetBy)
    if (group !== undefined) group.members.push(outcome)
    else {
      const begun = { cause, family, resetBy, members: [outcome] }
      known.push(begun)
      groups.push(begun)
    }
  }
  return groups
}

/** The side that reset; a device on the path where the reset was not the named host's. */
function resetByOf({ reset, best }: Judgement): ResetBy {
  if (best === undefined) return reset.foreign.length >= 2 ? 'unknown' : reset.sender
  const isNamedHost = reset.foreign.length === 0
  if (best.cause.id === 'nat-state-lost') return reset.foreign.includes('hops') ? 'middlebox' : reset.sender
  // The host's own firewall answered: nothing on the path did.
  if (best.cause.id === 'policy-reject' && isNamedHost && best.because.id === 'foreign-no-kernel-event')
    return reset.sender
  if (best.cause.id === 'ignored-reset') return reset.kernelSent === undefined ? 'middlebox' : reset.sender
  return best.cause.family === 'middlebox' ? 'middlebox' : reset.sender
}

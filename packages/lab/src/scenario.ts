import type { CauseId } from '@whyreset/core'
import type { Need } from './needs.ts'
import type { Stage } from './stage.ts'
import type { TrueFinding, Truth } from './truth.ts'

/** An incident that can be made to happen: who talks to whom, and what goes wrong. */
export interface Scenario {
  /** In kebab-case, = file name. */
  readonly name: string
  /** `healthy` when there is nothing to find. */
  readonly cause: CauseId | 'healthy'
  /** What happens, in a sentence or two; goes into `truth.json`. */
  readonly explain: string
  /** Beyond what every scenario needs (root, ip, nsenter, tcpdump). */
  readonly needs: readonly Need[]
  /** What piles up though nothing is reset. */
  readonly warnings?: NonNullable<Truth['warnings']>
  /** The kernel's reason for the resets, where it prints one (Linux 6.12 and later). */
  readonly kernel?: string
  /** Makes it happen and returns what its own programs counted. */
  run(stage: Stage): Promise<readonly TrueFinding[]>
}

export function defineScenario(scenario: Scenario): Scenario {
  return scenario
}

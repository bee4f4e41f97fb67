import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeGuardedFolder, startGuardian, type RecordingSummary } from '@whyreset/gather'
import { createCleanup } from './cleanup.ts'
import { tallyKernelResets, type KernelReset } from './kernel-tally.ts'
import { missingNeeds } from './needs.ts'
import { unpackPrograms } from './program-files.ts'
import { createRandom } from './random.ts'
import type { Scenario } from './scenario.ts'
import { SCENARIOS } from './scenarios/index.ts'
import { createStage } from './stage.ts'
import type { Truth } from './truth.ts'

/** One scenario as `whyreset lab list` shows it. */
export interface ListedScenario {
  readonly name: string
  readonly cause: Scenario['cause']
  readonly explain: string
  readonly needs: readonly string[]
  /** What is missing on this machine, each with the way to get it; empty when it can run. */
  readonly missing: readonly string[]
}

/** A scenario that cannot be recorded: unknown, or this machine lacks what it needs. The message is one line. */
export class LabError extends Error {
  override readonly name = 'LabError'
}

export interface RecordedScenario {
  readonly directory: string
  readonly truth: Truth
  readonly summary: RecordingSummary
  /** The resets that the kernel itself reports, by its reason. */
  readonly kernel: readonly KernelReset[]
  /** What could not be removed afterwards. */
  readonly leftBehind: readonly unknown[]
}

export interface RecordScenarioOptions {
  /** The same seed gives the same timings, sizes, counts, ports and addresses. */
  readonly seed: number
  /** Ends the scenario early: everything is removed, and the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

export function listScenarios(): readonly ListedScenario[] {
  return SCENARIOS.map(({ name, cause, explain, needs }) => ({
    name,
    cause,
    explain,
    needs,
    missing: missingNeeds(needs),
  }))
}

/**
 * Makes a scenario happen in network namespaces of its own and records it as a labelled evidence folder. Everything
 * but the folder is removed afterwards: also when it fails, and by a guardian when this process is killed.
 */
export async function recordScenario(
  name: string,
  directory: string,
  { seed, signal }: RecordScenarioOptions,
): Promise<RecordedScenario> {
  const scenario = SCENARIOS.find((one) => one.name === name)
  if (scenario === undefined) throw new LabError(`no scenario is called '${name}'`)
  const missing = missingNeeds(scenario.needs)
  if (missing.length > 0) throw new LabError(`${name} needs ${missing.join(', ')}`)
  if (existsSync(join(directory, 'truth.json')))
    throw new LabError(`${directory} holds a recording already: name a new folder`)

  signal?.throwIfAborted()
  const cleanup = createCleanup()
  let leftBehind: readonly unknown[] = []
  try {
    const guardian = await startGuardian()
    cleanup.defer(() => guardian.close())
    const { path: scratch } = makeGuardedFolder(guardian, 'whyreset-lab-')
    cleanup.defer(() => rmSync(scratch, { recursive: true, force: true }))
    unpackPrograms(scratch)
    const random = createRandom(name, seed)
    const stage = createStage({ random, keeper: { cleanup, guardian }, directory, scratch })
    const findings = await orAborted(scenario.run(stage), signal)
    const summary = stage.summary()
    if (summary === undefined) throw new Error(`${name}: the scenario recorded nothing`)
    const truth: Truth = {
      case: `${name}-${seed}`,
      explain: scenario.explain,
      findings: findings.filter((finding) => finding.connections > 0),
      ...(scenario.warnings === undefined ? {} : { warnings: scenario.warnings }),
    }
    writeFileSync(join(directory, 'truth.json'), `${JSON.stringify(truth, null, 2)}\n`, { mode: 0o600 })
    leftBehind = await cleanup.run()
    return { directory, truth, summary, kernel: tallyKernelResets(directory), leftBehind }
  } finally {
    await cleanup.run()
  }
}

/** A promise that also ends when the signal is given; what it stands for is cleaned up by the caller. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  // Its own end no longer matters once it was aborted: the programs that it waits for are killed under it.
  promise.catch(() => undefined)
  const aborted = new Promise<never>((_resolve, reject) => {
    // The reason is whatever the caller gave.
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- see above
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
  return Promise.race([promise, aborted])
}

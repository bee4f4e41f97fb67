import type { Diagnosis, Input, Problem } from '@whyreset/core'

/** An Input that this package opened, and therefore closes. */
export interface OpenedInput extends Input {
  /** The regular file whose bytes `open` gives as they are. */
  readonly path?: string
  /** What was wrong below the bytes that `open` gave, once they are read: a compressed stream that breaks off. */
  problems?(): readonly Problem[]
  /** Gives back what `open` and `readAt` hold. Harmless when called twice. */
  close?(): void
}

/** What could not be opened: reading it gives the reason, so that it becomes a problem of that input. */
export function failingInput(name: string, reason: string): OpenedInput {
  return {
    name,
    replay: false,
    // oxlint-disable-next-line require-yield -- it fails before the first chunk
    async *open(): AsyncGenerator<Uint8Array> {
      throw new Error(reason)
    },
  }
}

/** The diagnosis with the problems that only the inputs themselves know of. */
export function addProblems(diagnosis: Diagnosis, inputs: readonly OpenedInput[]): Diagnosis {
  const own = inputs.map((input) => input.problems?.() ?? [])
  if (own.every((problems) => problems.length === 0)) return diagnosis
  return {
    ...diagnosis,
    inputs: diagnosis.inputs.map((report, index) => ({
      ...report,
      problems: [...(own[index] ?? []), ...report.problems],
    })),
  }
}

export function closeAll(inputs: readonly OpenedInput[]): void {
  for (const input of inputs) input.close?.()
}

import { problem } from '@whyreset/core'
import { inTurns } from './file-input.ts'
import type { OpenedInput } from './opened-input.ts'
import { Spool } from './spool.ts'

/**
 * The same input, which can be looked at a second time although it passes only once: what passes is written to a file
 * without a name. Its reading does not depend on that file: where there is no room, only the second look ends early.
 */
export function keptInput(input: OpenedInput): OpenedInput {
  if (input.replay || input.again !== undefined) return input
  const spool = new Spool()
  async function* passing(): AsyncGenerator<Uint8Array> {
    for await (const chunk of input.open()) {
      spool.append(chunk)
      yield chunk
    }
  }
  return {
    ...input,
    open: passing,
    again: () => inTurns(spool.read()),
    problems() {
      const own = input.problems?.() ?? []
      const { bytes, fullBecause } = spool
      return fullBecause === undefined
        ? own
        : [...own, problem('pictures-cut-short', { bytes, reason: fullBecause }, { offset: bytes })]
    },
    close() {
      spool.close()
      input.close?.()
    },
  }
}

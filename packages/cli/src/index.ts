import { analyze as analyzeInputs, type Analysis, type AnalyzeOptions, type Input } from '@whyreset/core'
import { keptInput } from './kept-input.ts'
import { openPaths } from './open-paths.ts'
import { addProblems, closeAll, type OpenedInput } from './opened-input.ts'

export type * from '@whyreset/core'

/**
 * Answers who reset the connections, why, with what proof, and how to fix it, from paths of files and folders (`-` is
 * standard input) or from inputs of your own. An input that cannot be read does not throw: it says so in its
 * `problems`, and the others are answered. Pictures need `exhibits`, which `exhibits: true` asks for: it reads captures
 * twice, and keeps what can be read only once in a temporary file meanwhile.
 *
 * @example
 * ```js
 * import { analyze } from 'whyreset'
 *
 * const { diagnosis } = await analyze(['incident/'])
 * console.log(diagnosis.verdict.text)
 * for (const { cause, confidence, fix } of diagnosis.findings) {
 *   console.log(cause, confidence, fix.summary.text)
 * }
 * ```
 */
export async function analyze(
  evidence: readonly (string | Input)[],
  options: AnalyzeOptions & { readonly exhibits: true },
): Promise<Required<Analysis>>
export async function analyze(
  evidence: readonly (string | Input)[],
  options?: AnalyzeOptions,
): Promise<Analysis>
export async function analyze(
  evidence: readonly (string | Input)[],
  options: AnalyzeOptions = {},
): Promise<Analysis> {
  const named = openPaths(evidence.filter((item) => typeof item === 'string')).values()
  const opened = evidence.flatMap((item): readonly OpenedInput[] =>
    typeof item === 'string' ? (named.next().value?.inputs ?? []) : [item],
  )
  const inputs = options.exhibits === true ? opened.map(keptInput) : opened
  try {
    const { diagnosis, ...others } = await analyzeInputs(inputs, options)
    return { diagnosis: addProblems(diagnosis, inputs), ...others }
  } finally {
    closeAll(inputs)
  }
}

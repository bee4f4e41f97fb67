import type { Diagnosis, InputReport, Problem } from '@whyreset/core'
import { anonymize } from '@whyreset/report'
import type { NamedEvidence } from './open-paths.ts'

/** Words of the system or of whyreset; what quotes a name has dots, slashes or quotes. */
const PLAIN_WORDS = /^[A-Za-z ,;:()-]+$/

/** What complaints are made of, under the names that the anonymous answer has: it and they are sent together. */
export function anonymousEvidence(
  named: readonly NamedEvidence[],
  diagnosis: Diagnosis,
): { readonly named: readonly NamedEvidence[]; readonly inputs: readonly InputReport[] } {
  const hidden = anonymize(diagnosis).inputs
  return {
    named: named.map((evidence, index) => ({ ...evidence, path: `input ${index + 1}` })),
    inputs: diagnosis.inputs.map((report, index) => {
      const { problems = [], ...rest } = hidden[index] ?? {}
      return { ...report, ...rest, problems: report.problems.map((own, at) => sayable(own, problems[at])) }
    }),
  }
}

/** An answer hides why the system refused a file; here nothing else is said. */
function sayable(own: Problem, hidden: Problem | undefined): Problem {
  const isPlain = own.code === 'unreadable-input' && PLAIN_WORDS.test(String(own.values['reason']))
  return isPlain || hidden === undefined ? own : hidden
}

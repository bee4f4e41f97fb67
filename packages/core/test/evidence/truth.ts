import type { Diagnosis } from '../../src/diagnosis.ts'
import { CAUSES } from '../../src/causes/index.ts'
import type { Truth } from './folder.ts'

/** Connections that two honest counts may differ by. */
const TOLERANCE = 0.1
/** A finding below this is no answer. */
const MIN_CONFIDENCE = 0.6

/** How a Diagnosis differs from what happened; empty when it is right. */
export function differences(diagnosis: Diagnosis, { findings, warnings = [] }: Truth): string[] {
  const found = countByCause(diagnosis.findings)
  const wanted = countByCause(findings)
  const wrong: string[] = []
  for (const [key, count] of wanted) {
    const got = found.get(key) ?? 0
    if (Math.abs(got - count) > count * TOLERANCE) wrong.push(`${key}: ${count} expected, ${got} found`)
  }
  for (const finding of diagnosis.findings) {
    const isHealthy = findings.length === 0
    if (!wanted.has(keyOf(finding)) && (isHealthy || finding.severity !== 'info'))
      wrong.push(`${keyOf(finding)}: none expected, ${finding.connections} found`)
  }
  if (findings.length === 0)
    for (const { kind, says } of diagnosis.warnings)
      if (!warnings.includes(kind)) wrong.push(`a warning in a healthy run: ${says.text}`)
  for (const kind of warnings)
    if (!diagnosis.warnings.some((warning) => warning.kind === kind)) wrong.push(`no warning of ${kind}`)
  return wrong
}

/**
 * What a Diagnosis of worse evidence says that is not so; empty when it is right or says that it does not know. A
 * collection's close without proof of the collection is unread data; nothing that was lost may be called harmless.
 */
export function falsehoods(diagnosis: Diagnosis, { findings }: Truth): string[] {
  const allowed = new Set<string>(findings.map(({ cause }) => cause))
  if (allowed.has('garbage-collected')) allowed.add('unread-data')
  const wasLost = findings.some(({ cause }) => !isBenign(cause))
  return diagnosis.findings.flatMap((finding) => {
    const { cause, confidence, alternatives } = finding
    const told = `${keyOf(finding)} × ${finding.connections}, confidence ${confidence}`
    if (findings.length === 0) return [`${told}, in a healthy run`]
    if (cause === 'unknown')
      return alternatives.some(({ wouldTell }) => wouldTell.text !== '')
        ? []
        : [`${told}, and nothing that would tell`]
    if (allowed.has(cause) || confidence < MIN_CONFIDENCE) return []
    return isBenign(cause) && !wasLost ? [] : [told]
  })
}

function countByCause(findings: Truth['findings']): Map<string, number> {
  const counts = new Map<string, number>()
  for (const finding of findings) {
    const key = keyOf(finding)
    counts.set(key, (counts.get(key) ?? 0) + finding.connections)
  }
  return counts
}

function keyOf({ cause, resetBy }: { readonly cause: string; readonly resetBy: string }): string {
  return `${cause} by ${resetBy}`
}

function isBenign(id: string): boolean {
  return id === 'no-reset-on-wire' || CAUSES.find((cause) => cause.id === id)?.family === 'benign'
}

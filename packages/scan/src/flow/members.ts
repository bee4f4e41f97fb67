import { calleeText, type Call, type Code } from './code.ts'

/** Whether a member is among `entries`: `close`, or `on('data')` for a call whose first argument is that literal. */
export function hasMember(entries: readonly string[] | undefined, name: string, call?: Call): boolean {
  if (entries === undefined) return false
  if (entries.includes(name)) return true
  const first = call?.args[0]
  return first?.kind === 'text' && entries.includes(`${name}('${first.text}')`)
}

/**
 * Whether a callee is among `patterns`: `EntityUtils.consume`, `EntityUtils.*`, `*.readAll`, `print`;
 * as it is written or in full.
 */
export function hasCallee(
  patterns: readonly string[] | undefined,
  callee: Code,
  fullName?: (written: string) => string,
): boolean {
  if (patterns === undefined) return false
  const text = calleeText(callee)
  if (text === '') return false
  const full = fullName?.(text) ?? text
  return patterns.some((pattern) => fits(pattern, text) || (full !== text && fits(pattern, full)))
}

function fits(pattern: string, text: string): boolean {
  if (pattern.startsWith('*.')) return text.endsWith(pattern.slice(1)) || text === pattern.slice(2)
  if (pattern.endsWith('.*')) return text.startsWith(pattern.slice(0, -1))
  return text === pattern
}

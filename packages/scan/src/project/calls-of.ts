import type { SgNode } from '@ast-grep/napi'
import type { LanguageId } from '../rule.ts'

/** Calls of anything with that last name, and what each names: `Helper.open`, `this.pool.open`, `open`. */
export function callsOf(
  root: SgNode,
  language: LanguageId,
  functionName: string,
): readonly { readonly node: SgNode; readonly callee: string }[] {
  return root
    .findAll({ rule: ruleOf(language, functionName) })
    .map((node) => ({ node, callee: calleeOf(node, language) }))
}

function ruleOf(language: LanguageId, functionName: string): Record<string, unknown> {
  const last = `(?:^|[.?!])\\s*${functionName.replaceAll('$', '\\$')}$`
  switch (language) {
    case 'java':
      return { kind: 'method_invocation', has: { field: 'name', regex: last } }
    case 'kotlin':
      return {
        kind: 'call_expression',
        has: { any: [{ kind: 'simple_identifier' }, { kind: 'navigation_expression' }], regex: last },
      }
    case 'csharp':
      return { kind: 'invocation_expression', has: { field: 'function', regex: last } }
    case 'python':
      return { kind: 'call', has: { field: 'function', regex: last } }
    case 'javascript':
    case 'go':
      return { kind: 'call_expression', has: { field: 'function', regex: last } }
  }
}

function calleeOf(node: SgNode, language: LanguageId): string {
  const text =
    language === 'java'
      ? [node.field('object')?.text(), node.field('name')?.text()]
          .filter((part) => part !== undefined)
          .join('.')
      : (node.field('function') ?? node.child(0))?.text()
  return (text ?? '').replace(/\s+|[?!]+(?=\.)/g, '')
}

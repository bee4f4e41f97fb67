import type { Test } from '../flow/code.ts'
import type { Lower } from './lowering.ts'
import type { Syntax } from './syntax.ts'

export function other(node: Syntax, down: Lower): Test {
  return { kind: 'other', code: down(node), text: node.text }
}

export function isNull(node: Syntax | undefined, down: Lower, isNegated = false): Test {
  const test: Test = { kind: 'is-null', code: down(node), text: `${node?.text ?? ''} is null` }
  return isNegated ? { kind: 'not', test } : test
}

/** A variable by itself is a question whether it holds something. */
export function isThere(node: Syntax, down: Lower): Test {
  return isNull(node, down, true)
}

interface ConditionForms {
  readonly negation: string
  /** The field of what is negated; without one it is the first child. */
  readonly operand?: string
  /** Kind or text of what stands for nothing. */
  readonly nothing: RegExp
  /** What else this language asks; undefined where it is none of that. */
  readonly special?: (node: Syntax, down: Lower) => Test | undefined
}

/** Conditions as in C: `!a`, `a && b`, `a || b`, `a == null`. */
export function conditions({
  negation,
  operand,
  nothing,
  special,
}: ConditionForms): (node: Syntax, down: Lower) => Test {
  const testOf = (node: Syntax, down: Lower): Test => {
    const { kind, named } = node
    if (kind === 'parenthesized_expression') return testOf(named[0] ?? node, down)
    if (kind === negation && node.text.startsWith('!')) {
      const inner = operand === undefined ? named[0] : node.field(operand)
      return inner === undefined ? other(node, down) : { kind: 'not', test: testOf(inner, down) }
    }
    if (kind === 'binary_expression') return binary(node, down) ?? other(node, down)
    return special?.(node, down) ?? other(node, down)
  }
  const binary = (node: Syntax, down: Lower): Test | undefined => {
    const operator = node.field('operator')?.text ?? ''
    const left = node.field('left')
    const right = node.field('right')
    if (left === undefined || right === undefined) return undefined
    if (operator === '&&') return { kind: 'and', left: testOf(left, down), right: testOf(right, down) }
    if (operator === '||') return { kind: 'or', left: testOf(left, down), right: testOf(right, down) }
    const isComparison = /^[!=]==?$/.test(operator)
    return isComparison && nothing.test(right.text) ? isNull(left, down, operator.startsWith('!')) : undefined
  }
  return testOf
}

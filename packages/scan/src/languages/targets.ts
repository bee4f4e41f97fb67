import type { Target } from '../flow/code.ts'
import type { Syntax } from './syntax.ts'

export function nameTarget(name: string): Target {
  return { kind: 'name', name }
}

export function outside({ text }: Syntax): Target {
  return { kind: 'outside', root: /^[\w$]*/.exec(text)?.[0] ?? '' }
}

/** A variable; anything else lies outside. */
export function variable(...kinds: readonly string[]): (node: Syntax) => Target {
  return (node) => (kinds.includes(node.kind) ? nameTarget(node.text) : outside(node))
}

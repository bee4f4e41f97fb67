import type { Code } from '../flow/code.ts'
import type { Syntax } from './syntax.ts'

/** Deeper source than this is not followed: nobody writes it. */
const MAX_DEPTH = 150

/** Source is nested deeper than is followed. */
export class TooDeep extends Error {
  override readonly name = 'TooDeep'
}

/** Turns a node into code; nothing into code that does nothing. */
export type Lower = (node: Syntax | undefined) => Code

/** How nodes of one kind become code. */
export type Form = (node: Syntax, down: Lower) => Code

/** A language: the form of each kind of node. What has none is what its children do, one after the other. */
export function lowering(forms: Readonly<Record<string, Form>>): Lower {
  const byKind = new Map(Object.entries(forms))
  let depth = 0
  const down: Lower = (node) => {
    if (node === undefined) return { kind: 'sequence', items: [] }
    if (++depth > MAX_DEPTH) {
      depth = 0
      throw new TooDeep()
    }
    const form = byKind.get(node.kind)
    const code =
      form === undefined ? { kind: 'sequence' as const, items: node.named.map(down) } : form(node, down)
    depth--
    return code
  }
  return down
}

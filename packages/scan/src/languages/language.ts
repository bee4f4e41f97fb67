import type { SgNode } from '@ast-grep/napi'
import type { Code, FunctionCode, Target, Test } from '../flow/code.ts'
import type { LanguageId } from '../rule.ts'

export type Node = SgNode

/** What the scan knows of a language: which files, which trees, and how a function becomes `Code`. */
export interface Language {
  readonly id: LanguageId
  /** Extension of a file → grammar that ast-grep parses it with. */
  readonly grammars: Readonly<Record<string, string>>
  /** A call may throw without the code saying so. */
  readonly hasExceptions: boolean
  /** Kinds of nodes that are functions. */
  readonly functionKinds: ReadonlySet<string>
  /** Of a function, or of a whole file: there its top level is the body. */
  lowerFunction(node: Node): FunctionCode
}

/** Deeper source than this is not followed: nobody writes it. */
const MAX_DEPTH = 150

/** Source is nested deeper than is followed. */
export class TooDeep extends Error {
  override readonly name = 'TooDeep'
}

export type Lower = (node: Node | null | undefined) => Code

/** Turns a function on nodes into one that counts how deep it is. */
export function lowering(lower: (node: Node, kind: string, down: Lower) => Code): Lower {
  let depth = 0
  const down: Lower = (node) => {
    if (node === null || node === undefined) return { kind: 'sequence', items: [] }
    if (++depth > MAX_DEPTH) {
      depth = 0
      throw new TooDeep()
    }
    const code = lower(node, String(node.kind()), down)
    depth--
    return code
  }
  return down
}

/** 0-based. */
export function lineOf(node: Node): number {
  return node.range().start.line
}

/** The children that mean something: neither punctuation nor comments. */
export function named(node: Node | null | undefined): Node[] {
  if (node === null || node === undefined) return []
  return node.namedChildren().filter((child) => !String(child.kind()).endsWith('comment'))
}

export function sequence(nodes: readonly Node[], down: Lower): Code {
  return { kind: 'sequence', items: nodes.map(down) }
}

export function hasToken(node: Node, token: string): boolean {
  return node.children().some((child) => child.text() === token)
}

export function other(node: Node, down: Lower): Test {
  return { kind: 'other', code: down(node), text: node.text() }
}

export function outside(node: Node): Target {
  return { kind: 'outside', root: /^[\w$]*/.exec(node.text())?.[0] ?? '' }
}

export function nameTarget(name: string): Target {
  return { kind: 'name', name }
}

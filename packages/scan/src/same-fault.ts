import type { SgNode } from '@ast-grep/napi'
import type { Place, RelatedPlace } from './place.ts'
import type { Rule } from './rule.ts'

/** A place with what it was found by. */
export interface PlaceOfNode {
  readonly place: Place
  readonly rule: Rule
  readonly node: SgNode
  /** Of the function that it stands in. */
  readonly around: number | undefined
}

/**
 * An agent that is made for one call, and the answer that is left unread on it, are one fault: the second is told
 * with the first.
 */
export function joinSameFault(found: readonly PlaceOfNode[]): Place[] {
  const related = new Map<PlaceOfNode, PlaceOfNode[]>()
  const isTold = new Set<PlaceOfNode>()
  for (const first of found) {
    const name = first.rule.alsoFound === undefined ? undefined : variableOf(first.node)
    if (name === undefined) continue
    const others = found.filter((other) => isSameFault(first, other, name))
    related.set(first, others)
    for (const other of others) isTold.add(other)
  }
  return found
    .filter((one) => !isTold.has(one))
    .map((one) => {
      const others = related.get(one) ?? []
      return others.length === 0 ? one.place : { ...one.place, related: others.map(relatedPlace) }
    })
}

function relatedPlace({
  place: { rule, line, column, outcome, message, leavesAt },
}: PlaceOfNode): RelatedPlace {
  return { rule, line, column, outcome, message, ...(leavesAt === undefined ? {} : { leavesAt }) }
}

function isSameFault(first: PlaceOfNode, other: PlaceOfNode, name: string): boolean {
  return (
    isWithin(other.node, first.around) &&
    first.rule.alsoFound?.includes(other.rule.id) === true &&
    other.place.line > first.place.line &&
    new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(other.node.text())
  )
}

/** The answer is often looked at in a function inside of the one that made the agent. */
function isWithin(node: SgNode, around: number | undefined): boolean {
  return around === undefined || node.ancestors().some((ancestor) => ancestor.id() === around)
}

/** The variable that the value of a node is put into. */
function variableOf(node: SgNode): string | undefined {
  const declarator = node.ancestors().find((ancestor) => ancestor.kind() === 'variable_declarator')
  return declarator?.field('name')?.text()
}

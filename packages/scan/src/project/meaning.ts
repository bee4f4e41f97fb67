import type { SgNode } from '@ast-grep/napi'
import type { Meaning } from '../rule.ts'
import type { SourceFile } from '../source-file.ts'
import { fullName, importsOf } from './imports.ts'
import { whatIs, type Scope } from './what-is.ts'

/** What is known by its name alone is less sure. */
const NAMED_SHARE = 0.9

/**
 * How sure it is that a call means what a rule is about: by what it is called on, is given, or gives; by names only
 * where the file does not say. Undefined: it means something else, or nobody can tell.
 */
export function surenessOf(meaning: Meaning, call: SgNode, scope: Scope): number | undefined {
  const callee = calleeOf(call, scope.file)
  if (callee === undefined) return undefined
  const full = meantBy(callee, scope)
  if (full !== undefined && meaning.is.test(full)) return isSaid(meaning, full, call) ? 1 : undefined
  if (meaning.takes !== undefined && takes(meaning.takes, call, scope)) return 1
  // It is known, and something else.
  if (full !== undefined) return undefined
  const given = meaning.gives === undefined ? undefined : typeOfTarget(call, scope)
  if (given !== undefined) return meaning.gives?.test(given) === true ? 1 : undefined
  const { written } = callee
  return meaning.isNamed?.test(written) === true && isSaid(meaning, written, call) ? NAMED_SHARE : undefined
}

/** Names that the file has imported for what a rule is about, where its calls are found by names. */
export function importedFor({ is }: Meaning, file: SourceFile): readonly string[] {
  return [...importsOf(file)].filter(([, full]) => is.test(full)).map(([name]) => name)
}

/** The functions around a node, as far as what stands before it. */
export function scopeOf(file: SourceFile, node: SgNode, isFunction: (node: SgNode) => boolean): Scope {
  let texts: readonly string[] | undefined
  const functions = (): readonly string[] => {
    const end = node.range().start.index
    texts ??= node
      .ancestors()
      .filter(isFunction)
      .map((around) => file.text.slice(around.range().start.index, end))
    return texts
  }
  return { file, functions }
}

interface Callee {
  readonly written: string
  readonly on: string | undefined
  readonly name: string
}

/** Each question to the parser takes a microsecond or more: as few as may be. */
function calleeOf(call: SgNode, { language }: SourceFile): Callee | undefined {
  if (language.id === 'java') {
    const name = call.field('name')?.text() ?? ''
    const on = call.field('object')?.text()
    return { written: on === undefined ? name : `${on}.${name}`, on, name }
  }
  // Of a call, a `new`, a composite literal.
  const callee = call.field('function') ?? call.field('constructor') ?? call.field('type')
  const written = callee?.text()
  if (written === undefined) return undefined
  const [, on, name = written] = written.includes('.')
    ? (/^([^]*?)\s*[?!]?\.\s*#?([\w$]+)$/.exec(written) ?? [])
    : []
  return { written, on, name }
}

/** In full, where the file says: `aiohttp.ClientSession.get`, `undici.request`, `fetch`. */
function meantBy({ written, on, name }: Callee, scope: Scope): string | undefined {
  if (on === undefined) return whatIs(name, scope) ?? fullName(scope.file, written)
  // A field may hold a function.
  if (on === 'this' || on === 'self') return whatIs(written, scope)
  const type = whatIs(on, scope)
  return type === undefined ? undefined : `${type}.${name}`
}

function isSaid({ onlyWith }: Meaning, name: string, call: SgNode): boolean {
  return onlyWith?.is.test(name) !== true || onlyWith.text.test(call.field('arguments')?.text() ?? '')
}

function takes(type: RegExp, call: SgNode, scope: Scope): boolean {
  const args = call.field('arguments')?.children() ?? []
  return args.some((argument) => argument.isNamed() && type.test(whatIs(argument.text(), scope) ?? ''))
}

/** Java: `Response r = …`, or `r = …` where `r` is declared. */
function typeOfTarget(call: SgNode, scope: Scope): string | undefined {
  const parent = call.parent()
  if (parent?.kind() === 'variable_declarator') {
    const type = parent.parent()?.field('type')?.text().replace(/<[^]*/, '')
    return type === undefined || type === 'var' ? undefined : fullName(scope.file, type)
  }
  const left = parent?.kind() === 'assignment_expression' ? parent.field('left')?.text() : undefined
  return left === undefined ? undefined : whatIs(left, scope)
}

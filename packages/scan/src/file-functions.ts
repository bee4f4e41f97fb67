import type { SgNode } from '@ast-grep/napi'
import type { FunctionCode } from './flow/code.ts'
import { TooDeep } from './languages/lowering.ts'
import { ParsedSyntax, type Tree } from './languages/parsed-syntax.ts'
import { Source } from './languages/source.ts'
import { definedBy } from './project/defined.ts'
import { isMeant, type Meant } from './project/meant.ts'
import type { SourceFile } from './source-file.ts'

/** The functions of one file. A class, because each is turned into code once and asked often. */
export class FileFunctions {
  readonly #file: SourceFile
  readonly #root: SgNode
  readonly #onSkipped: (node: SgNode, says: string) => void
  readonly #tree: Tree
  readonly #lowered = new Map<number, FunctionCode | undefined>()
  readonly #names = new Map<number, string | undefined>()
  #byName: ReadonlyMap<string, readonly SgNode[]> | undefined
  #isBroken: boolean | undefined

  constructor(file: SourceFile, root: SgNode, onSkipped: (node: SgNode, says: string) => void) {
    this.#file = file
    this.#root = root
    this.#onSkipped = onSkipped
    this.#tree = { source: new Source(file.text), dialect: file.language.dialect, stuckAt: [] }
  }

  /** The function that a node stands in. */
  around(node: SgNode): SgNode | undefined {
    let above = node.parent()
    while (above !== null && !this.isFunction(above)) above = above.parent()
    return above ?? undefined
  }

  /** The name of a function; undefined of one without, and of none. */
  nameOf(node: SgNode | undefined): string | undefined {
    if (node === undefined) return undefined
    const id = node.id()
    if (!this.#names.has(id)) this.#names.set(id, nameOf(node))
    return this.#names.get(id)
  }

  isFunction(node: SgNode): boolean {
    return this.#file.language.functionKinds.has(String(node.kind()))
  }

  /** As code; undefined where it could not be read, which is said once. */
  lower(node: SgNode): FunctionCode | undefined {
    const id = node.id()
    if (this.#lowered.has(id)) return this.#lowered.get(id)
    let code: FunctionCode | undefined
    try {
      if (this.#hasError(node))
        this.#onSkipped(node, 'could not be parsed here; the function around it was skipped')
      else code = this.#file.language.lowerFunction(new ParsedSyntax(node, this.#tree))
    } catch (error) {
      if (!(error instanceof TooDeep)) throw error
      this.#onSkipped(node, 'is nested too deeply here to be followed; this function was skipped')
    }
    this.#lowered.set(id, code)
    return code
  }

  /** The function of this file that a call with so many arguments means; undefined where there is none, or a choice. */
  meantBy(meant: Meant, isOwn: boolean, count: number): FunctionCode | undefined {
    const { functionName } = meant
    const nodes = (this.named(functionName) ?? []).filter(
      (node) => isOwn || isMeant(meant, definedBy(this.#file, node, functionName)),
    )
    const [only, ...more] = nodes
    if (only === undefined) return undefined
    if (more.length === 0) return this.lower(only)
    // Of several of the same name, the one that takes as many.
    const [fitting, ...others] = nodes
      .map((node) => this.lower(node))
      .filter((code) => code?.parameters.length === count)
    return others.length === 0 ? fitting : undefined
  }

  named(name: string): readonly SgNode[] | undefined {
    this.#byName ??= this.#readNames()
    return this.#byName.get(name)
  }

  #readNames(): ReadonlyMap<string, readonly SgNode[]> {
    const kinds = [...this.#file.language.functionKinds].map((kind) => ({ kind }))
    const byName = new Map<string, SgNode[]>()
    for (const node of this.#root.findAll({ rule: { any: kinds } })) {
      const name = nameOf(node) ?? variableOf(node)
      if (name === undefined) continue
      const others = byName.get(name)
      if (others === undefined) byName.set(name, [node])
      else others.push(node)
    }
    return byName
  }

  /** Most files have no error at all, which costs less to ask once. */
  #hasError(node: SgNode): boolean {
    this.#isBroken ??= this.#root.find(ERROR) !== null
    return this.#isBroken && node.find(ERROR) !== null
  }
}

const ERROR = { rule: { kind: 'ERROR' } }

/** Kotlin's grammar has no fields. */
function nameOf(node: SgNode): string | undefined {
  const name = node.field('name') ?? node.children().find((child) => child.kind() === 'simple_identifier')
  return name?.text()
}

/** `const name = async () => …` */
function variableOf(node: SgNode): string | undefined {
  const parent = node.parent()
  return parent?.kind() === 'variable_declarator' ? parent.field('name')?.text() : undefined
}

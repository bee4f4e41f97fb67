import { createHash } from 'node:crypto'
import type { Call, FunctionCode } from './flow/code.ts'
import { follow, helperAnswer, type Fate } from './flow/follow.ts'
import { isDrained } from './flow/drained.ts'
import type { HelperAnswer } from './flow/walker.ts'
import { ignoreAt, type Ignores, readIgnores } from './ignore-comments.ts'
import type { Grammars } from './languages/grammars.ts'
import type { SgNode } from '@ast-grep/napi'
import type { Language } from './languages/language.ts'
import { TooDeep } from './languages/lowering.ts'
import { Syntax } from './languages/syntax.ts'
import type { Place, ScanProblem } from './place.ts'
import type { FlowQuestion, Outcome, Report, Rule } from './rule.ts'

export interface SourceFile {
  readonly name: string
  readonly text: string
  readonly extension: string
  readonly language: Language
}

/** A function that opens something and gives it to its caller: a call of it is an opening too. */
export interface Opener {
  readonly rule: Rule
  readonly functionName: string
  readonly file: string
}

export interface SourceReport {
  readonly places: readonly Place[]
  readonly problems: readonly ScanProblem[]
  readonly openers: readonly Opener[]
}

export interface SourceOptions {
  readonly rules: readonly Rule[]
  readonly grammars: Grammars & { readonly ok: true }
  /** Openers of other files that this one calls. */
  readonly openers?: readonly Opener[]
}

const NO_REPORT: SourceReport = { places: [], problems: [], openers: [] }
/** Lines around a place that are shown. */
const FRAME_BEFORE = 2
const FRAME_AFTER = 2

/** Whether any rule can find anything here: most files need no parser. */
export function mayMatch({ text, language }: SourceFile, rules: readonly Rule[]): boolean {
  return rules.some((rule) => rule.language === language.id && applies(rule, text))
}

/** Looks at one file. Never throws over what stands in it. */
export async function scanSource(file: SourceFile, options: SourceOptions): Promise<SourceReport> {
  const rules = options.rules.filter((rule) => rule.language === file.language.id && applies(rule, file.text))
  const openers = (options.openers ?? []).filter(({ functionName }) => file.text.includes(functionName))
  if (rules.length === 0 && openers.length === 0) return NO_REPORT
  const grammar = file.language.grammars[file.extension] ?? ''
  const root = (await options.grammars.napi.parseAsync(grammar, file.text)).root()
  return new FileScan(file, root).run(rules, openers)
}

/** One rule for ast-grep: compiled once for a file, not once for a match. */
function wanted({ find, unless }: Rule): Rule['find'] {
  return unless === undefined ? find : { all: [find, { not: unless }] }
}

function applies({ words, requires, excludes }: Rule, text: string): boolean {
  return words.test(text) && requires?.test(text) !== false && excludes?.test(text) !== true
}

/** A class, because functions of the file are lowered once and asked again. */
class FileScan {
  readonly #file: SourceFile
  readonly #root: SgNode
  readonly #lines: readonly string[]
  readonly #ignores: Ignores
  readonly #lowered = new Map<number, FunctionCode | undefined>()
  readonly #places: Place[] = []
  readonly #problems: ScanProblem[] = []
  readonly #openers: Opener[] = []
  #helpers: ReadonlyMap<string, readonly SgNode[]> | undefined

  constructor(file: SourceFile, root: SgNode) {
    this.#file = file
    this.#root = root
    this.#lines = file.text.split(/\r\n|\r|\n/)
    this.#ignores = readIgnores(this.#lines)
  }

  run(rules: readonly Rule[], openers: readonly Opener[]): SourceReport {
    for (const line of this.#ignores.withoutReason)
      this.#problems.push({
        file: this.#file.name,
        line,
        says: 'whyreset-ignore gives no reason, so it is not obeyed: whyreset-ignore RULE: why it is fine',
      })
    for (const rule of rules)
      for (const match of this.#root.findAll({ rule: wanted(rule) })) this.#look(rule, match)
    for (const opener of [...openers, ...this.#openers]) this.#lookForCallsOf(opener)
    return { places: unique(this.#places), problems: this.#problems, openers: this.#openers }
  }

  #look(rule: Rule, match: SgNode): void {
    if (rule.number !== undefined && !isWithin(match, rule.number)) return
    const around = this.#functionAround(match)
    const name = around === undefined ? undefined : nameOf(around)
    if (
      rule.notIn !== undefined &&
      !isInLoop(match) &&
      (around?.kind() === 'constructor_declaration' ||
        (name === undefined ? around === undefined : rule.notIn.test(name)))
    )
      return
    if (rule.flow === undefined) {
      this.#report(rule, match, 'always', {}, name)
      return
    }
    this.#follow(rule, rule.flow, match, around, name)
  }

  #follow(
    rule: Rule,
    question: FlowQuestion,
    match: SgNode,
    around: SgNode | undefined,
    name?: string,
  ): void {
    const opening = this.#opening(question, match, around)
    if (opening === undefined) return
    const fate = follow(opening, {
      question,
      hasExceptions: this.#file.language.hasExceptions,
      askHelper: (call, argument) => this.#askHelper(call, argument, question),
    })
    if (fate === undefined) return
    if (fate.isReturned && name !== undefined && name !== 'main' && question.opens === 'value')
      this.#openers.push({ rule, functionName: name, file: this.#file.name })
    if (fate.outcome === undefined) return
    if (fate.outcome === 'collected' && (fate.into === undefined || isDrained(fate.into, this.#file.text)))
      return
    this.#report(rule, match, fate.outcome, fate, name)
  }

  #opening(
    question: FlowQuestion,
    match: SgNode,
    around: SgNode | undefined,
  ): { code: FunctionCode; openedBy?: number; parameter?: string } | undefined {
    if (question.opens === 'value') {
      const code = this.#lower(around ?? this.#root)
      return code === undefined ? undefined : { code, openedBy: match.id() }
    }
    const node =
      question.opens === 'parameter'
        ? match
        : match
            .field('arguments')
            ?.children()
            .findLast((child) => this.#isFunction(child))
    const code = node === undefined ? undefined : this.#lower(node)
    const target = question.opens === 'parameter' ? code?.parameters.at(-1) : code?.parameters[0]
    return code !== undefined && target?.kind === 'name' ? { code, parameter: target.name } : undefined
  }

  /** Calls, in this file, of a function that opens something: the same question of its value. */
  #lookForCallsOf({ rule, functionName, file }: Opener): void {
    const { flow } = rule
    if (flow === undefined || !/^[\w$]+$/.test(functionName)) return
    const isHere = file === this.#file.name
    for (const node of this.#root.findAll({
      rule: { any: callsOf(this.#file.language.id, functionName, isHere) },
    })) {
      const around = this.#functionAround(node)
      const name = around === undefined ? undefined : nameOf(around)
      if (
        name === functionName ||
        (rule.notIn !== undefined &&
          (name === undefined || around?.kind() === 'constructor_declaration' || rule.notIn.test(name)))
      )
        continue
      const code = this.#lower(around ?? this.#root)
      if (code === undefined) continue
      const fate = follow(
        { code, openedBy: node.id() },
        {
          question: flow,
          hasExceptions: this.#file.language.hasExceptions,
          askHelper: (call, argument) => this.#askHelper(call, argument, flow),
        },
      )
      if (fate?.outcome === undefined || fate.outcome === 'collected') continue
      this.#report(rule, node, fate.outcome, fate, name, HELPER_DISCOUNT)
    }
  }

  /** What a function of this file does with what it is given: one function deep. */
  #askHelper(call: Call, argument: number, question: FlowQuestion): HelperAnswer | undefined {
    const { callee } = call
    const isOwn =
      callee.kind === 'name' ||
      (callee.kind === 'member' &&
        callee.object.kind === 'name' &&
        /^(?:this|self)$/.test(callee.object.name))
    if (!isOwn) return undefined
    this.#helpers ??= this.#functionsByName()
    const [node, ...more] = this.#helpers.get(callee.name) ?? []
    // Several of the same name: which one is meant is not known here.
    if (node === undefined || more.length > 0) return undefined
    const code = this.#lower(node)
    const parameters =
      code?.parameters.filter((target) => target.kind !== 'name' || target.name !== 'self') ?? []
    const target = parameters[argument]
    if (code === undefined || target?.kind !== 'name') return undefined
    return helperAnswer(code, target.name, { question, hasExceptions: this.#file.language.hasExceptions })
  }

  #functionsByName(): ReadonlyMap<string, readonly SgNode[]> {
    const kinds = [...this.#file.language.functionKinds].map((kind) => ({ kind }))
    const byName = new Map<string, SgNode[]>()
    for (const node of this.#root.findAll({ rule: { any: kinds } })) {
      const name = nameOf(node) ?? variableOf(node)
      if (name !== undefined) byName.set(name, [...(byName.get(name) ?? []), node])
    }
    return byName
  }

  #lower(node: SgNode): FunctionCode | undefined {
    const id = node.id()
    if (this.#lowered.has(id)) return this.#lowered.get(id)
    let code: FunctionCode | undefined
    try {
      if (hasError(node)) this.#skip(node, 'could not be parsed here; the function around it was skipped')
      else code = this.#file.language.lowerFunction(new Syntax(node))
    } catch (error) {
      if (!(error instanceof TooDeep)) throw error
      this.#skip(node, 'is nested too deeply here to be followed; this function was skipped')
    }
    this.#lowered.set(id, code)
    return code
  }

  #skip(node: SgNode, says: string): void {
    this.#problems.push({ file: this.#file.name, line: node.range().start.line + 1, says })
  }

  #functionAround(node: SgNode): SgNode | undefined {
    return node.ancestors().find((ancestor) => this.#isFunction(ancestor))
  }

  #isFunction(node: SgNode): boolean {
    return this.#file.language.functionKinds.has(String(node.kind()))
  }

  #report(
    rule: Rule,
    node: SgNode,
    outcome: Outcome,
    { opensAt, leavesAt, into }: Partial<Fate>,
    inFunction: string | undefined,
    discount = 1,
  ): void {
    const report: Report | undefined = rule.reports[outcome]
    if (report === undefined) return
    const { start, end } = node.range()
    const line = (opensAt ?? start.line) + 1
    if (ignoreAt(this.#ignores, line, rule.id)) return
    const isElsewhere = opensAt !== undefined && opensAt !== start.line
    const text = this.#lines[line - 1] ?? ''
    this.#places.push({
      rule: rule.id,
      language: rule.language,
      file: this.#file.name,
      line,
      column: isElsewhere ? text.length - text.trimStart().length + 1 : start.column + 1,
      endLine: isElsewhere ? line : end.line + 1,
      endColumn: isElsewhere ? text.length + 1 : end.column + 1,
      severity: report.severity,
      confidence: Math.round(report.confidence * discount * 100) / 100,
      outcome,
      message: report.message
        .replace('{line}', leavesAt === undefined ? 'the end' : `line ${leavesAt + 1}`)
        .replace('{into}', into ?? 'a collection'),
      causes: rule.causes,
      fix: rule.fix,
      ...(leavesAt === undefined ? {} : { leavesAt: leavesAt + 1 }),
      ...(inFunction === undefined ? {} : { inFunction }),
      frame: this.#frame(line),
      fingerprint: fingerprint(rule.id, this.#file.name, text),
    })
  }

  #frame(line: number): Place['frame'] {
    const from = Math.max(1, line - FRAME_BEFORE)
    const lines = this.#lines.slice(from - 1, line + FRAME_AFTER)
    return { from, lines: lines.map((text) => text.slice(0, MAX_FRAME_LENGTH)) }
  }
}

/** UTF-16 units of a line that is shown. */
const MAX_FRAME_LENGTH = 300
/** What is said of a helper's caller rests on one step more. */
const HELPER_DISCOUNT = 0.9

/** The rule, the file and the text of the line, without its blanks. */
function fingerprint(rule: string, file: string, text: string): string {
  return createHash('sha256')
    .update(`${rule}\0${file}\0${text.replace(/\s+/g, '')}`)
    .digest('hex')
    .slice(0, 16)
}

function isWithin(match: SgNode, { variable, from, to }: NonNullable<Rule['number']>): boolean {
  const value = Number((match.getMatch(variable)?.text() ?? '').replace(/[_lL]/g, ''))
  return Number.isFinite(value) && value >= from && value <= to
}

/** What runs once may still do it a thousand times. */
function isInLoop(node: SgNode): boolean {
  return node
    .ancestors()
    .some((ancestor) =>
      /^(?:while|for|do|enhanced_for|for_in|foreach)_statement$/.test(String(ancestor.kind())),
    )
}

/** The name of a function; Kotlin's grammar has no fields. */
function nameOf(node: SgNode): string | undefined {
  const name = node.field('name') ?? node.children().find((child) => child.kind() === 'simple_identifier')
  return name?.text()
}

/** `const name = async () => …` */
function variableOf(node: SgNode): string | undefined {
  const parent = node.parent()
  return parent?.kind() === 'variable_declarator' ? parent.field('name')?.text() : undefined
}

function hasError(node: SgNode): boolean {
  return node.find({ rule: { kind: 'ERROR' } }) !== null
}

function callsOf(language: Rule['language'], name: string, isHere: boolean): Record<string, unknown>[] {
  const own = [`${name}($$$)`, `this.${name}($$$)`, `self.${name}($$$)`]
  const patterns = isHere ? own : [`${name}($$$)`]
  if (language === 'go')
    return [{ pattern: { context: `func f() { ${name}($$$) }`, selector: 'call_expression' } }]
  // A pattern with a name that is a soft keyword (`open`) is none for this grammar.
  if (language === 'kotlin')
    return [
      { kind: 'call_expression', has: { kind: 'simple_identifier', regex: `^${name}$` } },
      { kind: 'call_expression', has: { kind: 'navigation_expression', regex: `^this\\.${name}$` } },
    ]
  return patterns
    .filter((pattern) => language === 'python' || !pattern.startsWith('self.'))
    .filter((pattern) => language !== 'python' || !pattern.startsWith('this.'))
    .map((pattern) => ({ pattern }))
}

function unique(places: readonly Place[]): Place[] {
  return [...new Map(places.map((place) => [`${place.rule} ${place.line} ${place.column}`, place])).values()]
}

import type { SgNode } from '@ast-grep/napi'
import { FileFunctions } from './file-functions.ts'
import { calleeText, type Call } from './flow/code.ts'
import { isDrained } from './flow/drained.ts'
import { follow, type Fate, type Opening } from './flow/follow.ts'
import { RECEIVER, type HelperAnswer } from './flow/walker.ts'
import { idOf } from './languages/syntax.ts'
import { ignoreAt, readIgnores, type Ignores } from './ignore-comments.ts'
import { placeOf } from './place-of.ts'
import type { Place, ScanProblem } from './place.ts'
import { joinSameFault, type PlaceOfNode } from './same-fault.ts'
import { answerOf } from './project/answers.ts'
import { callsOf } from './project/calls-of.ts'
import { definedBy } from './project/defined.ts'
import { fullName } from './project/imports.ts'
import { isMeant, meantBy, type Meant } from './project/meant.ts'
import { importedFor, scopeOf, surenessOf } from './project/meaning.ts'
import { questionId, type Answers, type Opener, type Question } from './project/question.ts'
import type { FlowQuestion, Outcome, Rule } from './rule.ts'
import type { SourceFile } from './source-file.ts'

export interface FileReport {
  readonly places: readonly Place[]
  readonly problems: readonly ScanProblem[]
  readonly openers: readonly Opener[]
  /** What only other files of the project can answer. */
  readonly questions: readonly Question[]
}

/** A match with the function that it stands in. */
interface Found {
  readonly around: SgNode | undefined
  /** In a function that runs once, or makes things for others. */
  readonly isMade: boolean
  /** How sure it is that it is one; undefined where that is asked for late. */
  readonly share: number | undefined
}

/** What is said of a helper's caller rests on one step more. */
const HELPER_SHARE = 0.9

/** A class, because what was found and asked grows as the rules go by. */
export class FileScan {
  readonly #file: SourceFile
  readonly #root: SgNode
  readonly #lines: readonly string[]
  readonly #ignores: Ignores
  readonly #functions: FileFunctions
  readonly #rules: readonly Rule[]
  readonly #answers: Answers | undefined
  readonly #places: PlaceOfNode[] = []
  readonly #problems: ScanProblem[] = []
  readonly #openers: Opener[] = []
  readonly #questions = new Map<string, Question>()
  readonly #meant = new Map<string, Meant>()

  constructor(
    file: SourceFile,
    root: SgNode,
    { all, answers }: { readonly all: readonly Rule[]; readonly answers: Answers | undefined },
  ) {
    this.#file = file
    this.#root = root
    this.#rules = all
    this.#answers = answers
    this.#lines = file.text.split(/\r\n|\r|\n/)
    this.#ignores = readIgnores(this.#lines)
    this.#functions = new FileFunctions(file, root, (node, says) => {
      this.#problems.push({ file: file.name, line: node.range().start.line + 1, says })
    })
  }

  run(rules: readonly Rule[], openers: readonly Opener[]): FileReport {
    for (const line of this.#ignores.withoutReason)
      this.#problems.push({
        file: this.#file.name,
        line,
        says: 'whyreset-ignore gives no reason, so it is not obeyed: whyreset-ignore RULE: why it is fine',
      })
    for (const rule of rules)
      for (const match of this.#root.findAll({ rule: wanted(rule, this.#file) })) this.#look(rule, match)
    for (const opener of [...openers, ...this.#openers]) this.#lookForCallsOf(opener)
    return {
      places: joinSameFault(unique(this.#places)),
      problems: this.#problems,
      openers: this.#openers,
      questions: [...this.#questions.values()],
    }
  }

  #look(rule: Rule, match: SgNode): void {
    if (rule.number !== undefined && !isWithin(match, rule.number)) return
    const isAskedLate = rule.means?.isAskedLate === true && rule.flow !== undefined
    const share = isAskedLate ? undefined : this.#sureness(rule, match)
    if (share === undefined && !isAskedLate) return
    const around = this.#functions.around(match)
    const isMade = rule.notIn !== undefined && !isInLoop(match) && this.#isOnce(rule.notIn, around)
    if (rule.flow !== undefined) this.#follow(rule, rule.flow, match, { around, isMade, share })
    else if (!isMade) this.#report(rule, match, 'always', {}, share)
  }

  #sureness({ means }: Rule, match: SgNode): number | undefined {
    if (means === undefined) return 1
    return surenessOf(
      means,
      match,
      scopeOf(this.#file, match, (node) => this.#functions.isFunction(node)),
    )
  }

  #follow(rule: Rule, question: FlowQuestion, match: SgNode, { around, isMade, share }: Found): void {
    const opening = this.#opening(question, match, around)
    const fate = opening === undefined ? undefined : this.#fate(rule, question, opening)
    if (fate === undefined || (fate.outcome === undefined && !fate.isReturned)) return
    const sure = share ?? this.#sureness(rule, match)
    if (sure === undefined) return
    if (fate.isReturned && around !== undefined && question.opens === 'value') {
      const name = this.#functions.nameOf(around)
      if (name !== undefined && name !== 'main')
        this.#openers.push({ rule: rule.id, defined: definedBy(this.#file, around, name) })
    }
    // Where things are made for others, only they can leave them open.
    if (fate.outcome === undefined || isMade) return
    if (fate.outcome === 'collected' && (fate.into === undefined || isDrained(fate.into, this.#file.text)))
      return
    this.#report(rule, match, fate.outcome, fate, sure)
  }

  #fate(rule: Rule, question: FlowQuestion, opening: Opening): Fate | undefined {
    return follow(opening, {
      question,
      hasExceptions: this.#file.language.hasExceptions,
      fullName: (written) => fullName(this.#file, written),
      // A variable with a function in it may have the name of the function that it is called in.
      askHelper: (call, argument) =>
        isCallOf(opening.code.name, call) ? undefined : this.#askHelper(call, argument, rule.id, question),
    })
  }

  #opening(question: FlowQuestion, match: SgNode, around: SgNode | undefined): Opening | undefined {
    if (question.opens === 'value') {
      const code = this.#functions.lower(around ?? this.#root)
      return code === undefined ? undefined : { code, openedBy: placeId(match) }
    }
    const node =
      question.opens === 'parameter'
        ? match
        : match
            .field('arguments')
            ?.children()
            .findLast((child) => this.#functions.isFunction(child))
    const code = node === undefined ? undefined : this.#functions.lower(node)
    const target = question.opens === 'parameter' ? code?.parameters.at(-1) : code?.parameters[0]
    return code !== undefined && target?.kind === 'name' ? { code, parameter: target.name } : undefined
  }

  /** Calls, in this file, of a function that opens something: the same question of its value. */
  #lookForCallsOf({ rule: id, defined }: Opener): void {
    const rule = this.#rules.find((one) => one.id === id && one.language === this.#file.language.id)
    const { functionName } = defined
    if (rule?.flow === undefined || !/^[\w$]+$/.test(functionName)) return
    for (const { node, callee } of callsOf(this.#root, this.#file.language.id, functionName)) {
      if (!this.#isCallOf(callee, defined)) continue
      const around = this.#functions.around(node)
      const name = this.#functions.nameOf(around)
      const isMade = rule.notIn !== undefined && (name === undefined || this.#isOnce(rule.notIn, around))
      if (name === functionName || isMade) continue
      const code = this.#functions.lower(around ?? this.#root)
      const fate =
        code === undefined ? undefined : this.#fate(rule, rule.flow, { code, openedBy: placeId(node) })
      if (fate?.outcome === undefined || fate.outcome === 'collected') continue
      this.#report(rule, node, fate.outcome, fate, HELPER_SHARE)
    }
  }

  #isCallOf(callee: string, defined: Opener['defined']): boolean {
    if (defined.file === this.#file.name && isOwnCallee(callee)) return true
    return isMeant(this.#meantBy(callee, false), defined)
  }

  /** What a function of the project does with what it is given: one function deep. */
  #askHelper(
    { callee, args }: Call,
    argument: number,
    rule: string,
    question: FlowQuestion,
  ): HelperAnswer | undefined {
    const text = argument === RECEIVER && callee.kind === 'member' ? callee.name : calleeText(callee)
    const meant = this.#meantBy(text, argument === RECEIVER)
    const isOwn = argument !== RECEIVER && isOwnCallee(text)
    const code = this.#functions.meantBy(meant, isOwn, args.length)
    if (code !== undefined) return answerOf(code, argument, question, this.#file.language.hasExceptions)
    if (meant.places.length === 0) return undefined
    const asked = { rule, meant, argument, count: args.length }
    const id = questionId(asked)
    if (this.#answers === undefined) this.#questions.set(id, { ...asked, id, file: this.#file.name })
    return this.#answers?.get(id)
  }

  #meantBy(callee: string, isExtension: boolean): Meant {
    const key = `${isExtension} ${callee}`
    const known = this.#meant.get(key)
    if (known !== undefined) return known
    const meant = meantBy(this.#file, callee, isExtension)
    this.#meant.set(key, meant)
    return meant
  }

  /** A function that runs once or makes things for others. */
  #isOnce(notIn: RegExp, around: SgNode | undefined): boolean {
    if (around?.kind() === 'constructor_declaration') return true
    const name = this.#functions.nameOf(around)
    return name === undefined ? around === undefined : notIn.test(name)
  }

  #report(rule: Rule, node: SgNode, outcome: Outcome, fate: Partial<Fate>, share = 1): void {
    const around = this.#functions.around(node)
    const inFunction = this.#functions.nameOf(around)
    const place = placeOf({ rule, node, outcome, fate, inFunction, share }, this.#file.name, this.#lines)
    if (place === undefined || ignoreAt(this.#ignores, place.line, rule.id)) return
    this.#places.push({ place, rule, node, around: around?.id() })
  }
}

/** One rule for ast-grep: compiled once for a file, not once for a match. */
function wanted({ find, unless, means }: Rule, file: SourceFile): Rule['find'] {
  const names = means === undefined ? [] : importedFor(means, file)
  const found = names.length === 0 ? find : { any: [find, callsByName(names, file)] }
  return unless === undefined ? found : { all: [found, { not: unless }] }
}

function callsByName(names: readonly string[], { language: { id } }: SourceFile): Rule['find'] {
  const regex = `^(?:${names.map((name) => name.replaceAll('$', '\\$')).join('|')})$`
  return { kind: id === 'python' ? 'call' : 'call_expression', has: { field: 'function', regex } }
}

function isCallOf(name: string | undefined, { callee }: Call): boolean {
  return callee.kind === 'name' && callee.name === name
}

/** `f`, `this.f`, `self.f`. */
function isOwnCallee(callee: string): boolean {
  return /^(?:(?:this|self)\.)?[\w$]+$/.test(callee)
}

/** What `Syntax.id` says of the same expression. */
function placeId(node: SgNode): number {
  const { startPos, endPos } = node.replace('')
  return idOf(startPos, endPos)
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

function unique(found: readonly PlaceOfNode[]): PlaceOfNode[] {
  return [
    ...new Map(found.map((one) => [`${one.rule.id} ${one.place.line} ${one.place.column}`, one])).values(),
  ]
}

import type { LanguageId } from '../rule.ts'
import type { SourceFile } from '../source-file.ts'
import { declarationIn, type Declaration } from './declared-type.ts'
import { fullName, importsOf } from './imports.ts'

export interface Scope {
  readonly file: SourceFile
  /** The functions around the expression, from their head to it; the innermost is first. Asked for late. */
  readonly functions: () => readonly string[]
}

/** From a call to its receiver, to the field's value, to the parameter that is put there, to its type. */
const MAX_STEPS = 5
/** UTF-16 units of a value that are looked at. */
const MAX_VALUE = 600

/** Values whose type is not in their name. */
const MADE: Readonly<Partial<Record<LanguageId, readonly (readonly [RegExp, string])[]>>> = {
  go: [
    [/^net\/http\.DefaultClient$/, 'net/http.Client'],
    [/^net\/http\.DefaultTransport$/, 'net/http.Transport'],
    [/^net\/http\.NewRequest(?:WithContext)?$/, 'net/http.Request'],
  ],
  python: [[/^requests\.session$/, 'requests.Session']],
  java: [
    [
      /\bHttpClient(?:s\.(?:create|custom)\w*|Builder\.create)$/,
      'org.apache.http.impl.client.CloseableHttpClient',
    ],
    [/\bjava\.net\.http\.HttpClient\.new\w+$/, 'java.net.http.HttpClient'],
  ],
}

/** The type of what an expression gives, in full: `aiohttp.ClientSession`; undefined where the file does not say. */
export function whatIs(expression: string, scope: Scope, steps = MAX_STEPS): string | undefined {
  const text = expression.trim().replace(/^(?:(?:await|typeof)\b\s*|[&*(]\s*)+/, '')
  if (steps === 0 || text === '') return undefined
  const made = /^new\s+([\w$.]+)/.exec(text)?.[1]
  if (made !== undefined) return fullName(scope.file, made)
  const required = /^require\(\s*['"](?:node:)?([^'"\n]+)['"]\s*\)((?:\.\w+)*)/.exec(text)
  if (required !== null) return `${required[1]}${required[2]}`
  const entered = /^[\w.]*\benter_(?:async_)?context\(\s*([^]*)/.exec(text)?.[1]
  if (entered !== undefined) return whatIs(entered, scope, steps - 1)
  const either = EITHER.exec(text)
  if (either !== null)
    return either
      .slice(1)
      .filter((one): one is string => one !== undefined)
      .map((one) => whatIs(one, scope, steps - 1))
      .find((one) => one !== undefined)
  const path = /^[\w$]+(?:\s*(?:\.|\?\.|!\.)\s*#?[\w$]+)*/.exec(text)?.[0]
  if (path === undefined) return undefined
  return ofPath(path.replaceAll(/[\s?!#]+/g, ''), text.slice(path.length).trimStart(), scope, steps)
}

/** `a or b()`, `a ?? b()`, `isIt ? a : b`. */
const EITHER =
  /^([\w$.]+)\s*(?:\bor\b|\?\?|\|\|)\s*([^\n]+)|^[^?\n]*[^?\n.]\?\s*([\w$.]+)\s*:\s*([\w$.]+)\s*(?:[;\n]|$)/

/** A name, a field of something, or what a call of either gives; `rest` stands behind it. */
function ofPath(path: string, rest: string, scope: Scope, steps: number): string | undefined {
  const { file } = scope
  if (file.language.id === 'go' && rest.startsWith('{')) return fullName(file, path)
  if (!rest.startsWith('(')) return valueOf(path, scope, steps)
  const full = fullName(file, path)
  const made = MADE[file.language.id]?.find(([form]) => form.test(full))?.[1]
  if (made !== undefined) return made
  const behind = rest.slice(endOfBrackets(rest))
  // What is called on what it gives is another thing.
  if (/^\s*[.[(]/.test(behind)) return undefined
  if (/(?:^|\.)_*[A-Z]\w*$/.test(path) && MAKES_BY_NAME.has(file.language.id)) return full
  const [name = '', ...on] = path.split('.').toReversed()
  return on.length === 0 || isOwn(on, scope) ? returnedBy(name, scope, steps) : undefined
}

/** What a function is called on, last name first: something of this file. */
function isOwn(on: readonly string[], { file }: Scope): boolean {
  const [name = ''] = on
  if (on.length > 1 || importsOf(file).has(name)) return false
  // Go has no word for it: what a method belongs to has a name of its own.
  return OWN.test(name) || file.language.id === 'go' || new RegExp(`\\bclass\\s+${name}\\b`).test(file.text)
}

/** Languages without `new`. */
const MAKES_BY_NAME: ReadonlySet<LanguageId> = new Set(['python', 'kotlin'])

/** The type of a variable or a field; of what is imported its name. */
function valueOf(path: string, scope: Scope, steps: number): string | undefined {
  const { file } = scope
  const names = path.split('.')
  const [first = '', ...rest] = names
  const local = rest.length === 0 || !OWN.test(first) ? variableIn(first, scope) : undefined
  if (rest.length === 0 && local !== undefined) return typeOf(local, scope, steps)
  if (local === undefined && importsOf(file).has(first)) return asMade(fullName(file, path), file)
  if (local === undefined && rest.length === 0) return undefined
  return fieldOf(names.at(-1) ?? '', scope, steps)
}

const OWN = /^(?:this|self|cls)$/

/** Where a name stands for a variable: in the functions around, then at the head of the file. */
function variableIn(name: string, { file, functions }: Scope): Found | undefined {
  const language = file.language.id
  if (!isDeclared(name, file)) return undefined
  for (const text of functions()) {
    const declared = declarationIn(language, name, text)
    if (declared !== undefined) return { text, declared }
  }
  // A field needs no `this` in Java; elsewhere what has no indentation is seen everywhere.
  const text = FIELDS_ARE_VARIABLES.has(language) ? file.text : headOf(file)
  const declared = declarationIn(language, name, text)
  return declared === undefined ? undefined : { text, declared }
}

const DECLARED = new WeakMap<SourceFile, Map<string, boolean>>()

/** Most names that are asked for are declared nowhere in the file: `fetch`, `http`. */
function isDeclared(name: string, file: SourceFile): boolean {
  const names = DECLARED.get(file) ?? new Map<string, boolean>()
  DECLARED.set(file, names)
  const known = names.get(name)
  if (known !== undefined) return known
  const isIt = declarationIn(file.language.id, name, file.text) !== undefined
  names.set(name, isIt)
  return isIt
}

interface Found {
  readonly text: string
  readonly declared: Declaration
}

const FIELDS_ARE_VARIABLES: ReadonlySet<LanguageId> = new Set(['java', 'kotlin', 'csharp'])
const HEADS = new WeakMap<SourceFile, string>()

function headOf(file: SourceFile): string {
  const known = HEADS.get(file)
  if (known !== undefined) return known
  const head = file.text
    .split('\n')
    .filter((line) => /^[\w$@]/.test(line) && !/^(?:def|async def|func|class)\b/.test(line))
    .join('\n')
  HEADS.set(file, head)
  return head
}

function fieldOf(name: string, scope: Scope, steps: number): string | undefined {
  const { text } = scope.file
  const declared = declarationIn(scope.file.language.id, name, text)
  if (declared === undefined) return undefined
  // `self.web = web`: a parameter of the function that it stands in.
  const head = Math.max(...FUNCTION_HEADS.map((word) => text.lastIndexOf(word, declared.at)))
  const functions = head === -1 ? [] : [text.slice(head, declared.at)]
  return typeOf({ text, declared }, { file: scope.file, functions: () => functions }, steps)
}

const FUNCTION_HEADS = ['def ', 'constructor(', 'constructor (', 'function ']

function typeOf({ text, declared }: Found, scope: Scope, steps: number): string | undefined {
  if (declared.type !== undefined) return ofType(declared.type, scope, steps)
  const at = declared.valueAt ?? 0
  // Its own name stands for something else in the value: `session = session or Session()`.
  return whatIs(text.slice(at, at + MAX_VALUE), scope, steps - 1)
}

/** `typeof fetch`, and a name for it. */
function ofType(written: string, { file }: Scope, steps: number): string | undefined {
  const value = /^typeof\s+([\w.]+)/.exec(written)?.[1]
  if (value !== undefined) return fullName(file, value)
  const alias = file.language.id === 'javascript' ? aliasOf(written, file.text) : undefined
  return alias === undefined || steps === 0 ? fullName(file, written) : fullName(file, alias)
}

function aliasOf(name: string, text: string): string | undefined {
  return new RegExp(`\\btype\\s+${name.replaceAll('$', '\\$')}\\s*=\\s*typeof\\s+([\\w.]+)`).exec(text)?.[1]
}

function asMade(full: string, { language }: SourceFile): string {
  return MADE[language.id]?.find(([form]) => form.test(full))?.[1] ?? full
}

/** What a function of the file says that it gives. */
function returnedBy(name: string, scope: Scope, steps: number): string | undefined {
  const { file } = scope
  if (!/^[\w$]+$/.test(name) || !file.text.includes(name)) return undefined
  const word = name.replaceAll('$', '\\$')
  const form = RETURNS[file.language.id]?.(word)
  const type = form === undefined ? undefined : new RegExp(form, 'm').exec(file.text)?.[1]
  if (type !== undefined) return fullName(file, type)
  if (file.language.id !== 'python') return undefined
  const value = new RegExp(`^(\\s*)(?:async\\s+)?def\\s+${word}\\s*\\([^]*?\\n\\1\\s+return\\s+`, 'm').exec(
    file.text,
  )
  if (value === null) return undefined
  const at = value.index + value[0].length
  const body = value[0].slice(value[0].indexOf('def '))
  return whatIs(file.text.slice(at, at + MAX_VALUE), { file, functions: () => [body] }, steps - 1)
}

const RETURNS: Readonly<Partial<Record<LanguageId, (name: string) => string>>> = {
  java: (name) => `\\b(?!return\\b|new\\b)([A-Z][\\w.]*)(?:<[^;(){}]*>)?\\s+${name}\\s*\\([^;{]*\\)[^;{]*\\{`,
  kotlin: (name) => `\\bfun\\s+${name}\\s*\\([^)]*\\)\\s*:\\s*([A-Z][\\w.]*)`,
  javascript: (name) =>
    `(?:\\bfunction\\s+|^\\s*(?:\\w+\\s+)*)${name}\\s*\\([^)]*\\)\\s*:\\s*(?:Promise<)?([A-Z][\\w.]*)`,
  python: (name) => `\\bdef\\s+${name}\\s*\\([^)]*\\)\\s*->\\s*["']?([A-Za-z_][\\w.]*)`,
  go: (name) => `^func\\s+(?:\\([^)]*\\)\\s*)?${name}\\s*\\([^)]*\\)\\s*\\(?\\*?([A-Za-z_][\\w.]*)`,
}

/** Behind the bracket that closes the first one. */
function endOfBrackets(text: string): number {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '(') depth++
    if (character === ')' && --depth === 0) return at + 1
  }
  return text.length
}

import { describe, expect, it } from 'vitest'
import type { FunctionCode } from '../../flow/code.ts'
import { RULES } from '../../rules/index.ts'
import { loadGrammars } from '../grammars.ts'
import { languageOf } from '../index.ts'
import { ParsedSyntax } from '../parsed-syntax.ts'
import { Source } from '../source.ts'
import { ecmascriptDialect as ecmascript } from './ecmascript/dialect.ts'

const loaded = loadGrammars()
if (!loaded.ok) throw new Error(loaded.reason)
const { napi } = loaded

interface Lowered {
  readonly parsed: unknown
  readonly read: unknown
  /** Whether the functions were read to their last bracket. */
  readonly isReadWhole: boolean
}

/** Every function of a text: as the parser's tree says, and as it is read. */
function lowered(text: string, extension: string): readonly Lowered[] {
  const language = languageOf(extension)
  if (language?.dialect === undefined) throw new Error(`nothing is read of ${extension}`)
  const { dialect } = language
  const source = new Source(text)
  const kinds = [...language.functionKinds].map((kind) => ({ kind }))
  const root = napi.parse(language.grammars[extension] ?? '', text).root()
  return root.findAll({ rule: { any: kinds } }).map((node) => {
    const stuckAt: number[] = []
    return {
      parsed: plain(language.lowerFunction(new ParsedSyntax(node, { source, stuckAt: [] }))),
      read: plain(language.lowerFunction(new ParsedSyntax(node, { source, dialect, stuckAt }))),
      isReadWhole: stuckAt.length === 0,
    }
  })
}

/** Only calls are told apart by where they stand; of the others the line matters. */
function plain(code: FunctionCode): unknown {
  const text = JSON.stringify(code, function (this: { readonly kind?: string }, key, value: unknown) {
    if (key !== 'at') return value
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what `at` is in every kind of code
    const { id, line } = value as FunctionCode['at']
    return this.kind === 'call' ? { id, line } : { line }
  })
  return JSON.parse(text)
}

const TRICKY = [
  'return a ? (b) : c => d',
  'const { a, b: { c = 1 }, ...rest } = await f(x), [d, , e] = g',
  'const [d, e = 2] = g',
  'if (a) b(); else if (!c && d || e ?? f) { g() } else return',
  'for (const x of xs) for (let i = 0; i < 3; i++) while (i) { if (x) continue; break }',
  'for await (const chunk of r.body) sum += chunk.length',
  'try { a() } catch { b() } finally { c() }',
  'try { a() } catch (e) { throw new Error("x", { cause: e }) }',
  'switch (a.b) { case 1: case "2": f(); break; default: return g() }',
  'r.then((x) => x.json()).catch(async ({ message }) => { await log(`no: ${message}!`) })',
  'const f = function g(a = 1, ...b) { return this?.a?.[0](b) }, h = async x => x',
  'return { a, "b": 1, ...c, async d() { await e }, get f() { return 1 } }',
  'const value = x as T && (y as unknown as U<V<W>>)',
  'a = b\n(c).d()\nreturn\n',
  'const a = b // why\n  /* and */ return /[/"]+/gi.test(a) / 2',
  'return f<T>(a) || g < h || new A.B(c)[0].d instanceof E',
  'x!.y(); return z! / 2',
  'a++; --b; delete c.d; void e(); return typeof f === "x" && -g ** 2',
  'label: for (;;) { break label }',
  'class A { m() { return fetch(u) } }',
  'return <div>{f(a)}</div>',
]

describe('what is read from the text', () => {
  it('is what the parser read: every function of every sample', () => {
    const samples = RULES.filter(({ language }) => language === 'javascript').flatMap(({ samples: all }) => [
      ...all.faulty.map(({ code }) => code),
      ...all.fine,
    ])
    const functions = samples.flatMap((code) => lowered(code, '.ts'))
    expect(functions.length).toBeGreaterThan(50)
    for (const { parsed, read } of functions) expect(read).toEqual(parsed)
    // Or nothing would be gained.
    expect(functions.filter(({ isReadWhole }) => isReadWhole).length / functions.length).toBeGreaterThan(0.8)
  })

  it.each(TRICKY)('is what the parser read, or is left to it: %s', (body) => {
    for (const extension of ['.ts', '.js'])
      for (const { parsed, read } of lowered(`async function f(a: A, { b }) {\n${body}\n}`, extension))
        expect(read).toEqual(parsed)
  })

  it.each([
    ['prefixes', `return ${'!'.repeat(4000)}a`],
    ['alternatives', `return ${'a ? b : '.repeat(500)}c`],
    ['guesses', `return ${'(a = '.repeat(60)}class {}${')'.repeat(60)}`],
    ['branches', 'if (a) '.repeat(500)],
  ])('is left to the parser where it is nested as nobody writes it: %s', (_, body) => {
    const text = `function f() {\n${body}\n}`
    expect(typeof ecmascript.read(new Source(text), 0, text.length, 'function_declaration')).toBe('number')
  })
})

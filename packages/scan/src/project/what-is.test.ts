import { describe, expect, it } from 'vitest'
import { languageOf } from '../languages/index.ts'
import { whatIs } from './what-is.ts'

/** What a name is at the end of the first function, whose head is the first line with a bracket. */
function seen(extension: string, text: string, expression: string): string | undefined {
  const language = languageOf(extension)
  if (language === undefined) throw new Error(`no language for ${extension}`)
  const [head = '', inside = ''] = text.split('§')
  const file = { name: `a${extension}`, text: head + inside, extension, language }
  return whatIs(expression, { file, functions: () => (inside === '' ? [] : [inside]) })
}

describe('what a name is', () => {
  it.each<[string, string, string, string, string | undefined]>([
    ['a parameter by its type', '.py', '§def f(s: aiohttp.ClientSession):\n', 's', 'aiohttp.ClientSession'],
    [
      'by a type in quotes, or nothing',
      '.py',
      'import aiohttp as a\n§def f(s: "a.ClientSession | None"):\n',
      's',
      'aiohttp.ClientSession',
    ],
    ['by Optional', '.py', '§def f(s: Optional[httpx.Client]):\n', 's', 'httpx.Client'],
    [
      'a variable by what it is made from',
      '.py',
      'from aiohttp import (\n    ClientSession as CS,\n    x,\n)\n§def f():\n    s = CS(t=T(3))\n',
      's',
      'aiohttp.ClientSession',
    ],
    ['not by what is called on that', '.py', '§def f():\n    s = Session().get(u)\n', 's', undefined],
    [
      'by the head of a with',
      '.py',
      'import httpx\n§def f():\n    with httpx.Client() as s:\n        code = 1\n',
      's',
      'httpx.Client',
    ],
    [
      'a field by the parameter that it is filled from',
      '.py',
      'class A:\n    def __init__(self, web: httpx.Client):\n        self.w = web\n§    def f(self):\n',
      'self.w',
      'httpx.Client',
    ],
    [
      'by what a function of the file gives',
      '.py',
      'import requests as rq\ndef make():\n    return rq.Session()\n§def f():\n    s = make()\n',
      's',
      'requests.Session',
    ],
    [
      'the nearest of several',
      '.go',
      'import "net/http"\nvar c = &http.Client{}\n§func f(c *Store) {\n',
      'c',
      'Store',
    ],
    [
      'a field of a struct',
      '.go',
      'import h "net/http"\ntype S struct {\n\thc *h.Client\n}\n§func (s *S) f() {\n',
      's.hc',
      'net/http.Client',
    ],
    [
      'one of several parameters',
      '.go',
      'import "net/http"\n§func f(a, b *http.Client) {\n',
      'a',
      'net/http.Client',
    ],
    [
      'a parameter that has the name of an import',
      '.go',
      'import "net/http"\n§func f(http Mem) {\n',
      'http',
      'Mem',
    ],
    [
      'what an import is, under another name',
      '.ts',
      `import { Agent as A } from 'undici'\n§function f() {\n  const a = new A({})\n`,
      'a',
      'undici.Agent',
    ],
    [
      'what is required',
      '.js',
      `const { Pool: P } = require('undici')\n§function f() {\n  const p = new P(u)\n`,
      'p',
      'undici.Pool',
    ],
    ['a class of the file is nothing else', '.ts', 'class Agent {}\n§function f(a: Agent) {\n', 'a', 'Agent'],
    [
      'a function by a name for its type',
      '.ts',
      'type F = typeof fetch\nclass A {\n  constructor(private readonly go: F) {}\n§  f() {\n',
      'this.go',
      'fetch',
    ],
    [
      'one of two modules',
      '.ts',
      `import http from 'node:http'\nimport https from 'node:https'\n§function f(u) {\n  const lib = isSafe(u) ? https : http\n`,
      'lib',
      'https',
    ],
    [
      'a field without this',
      '.java',
      'import a.b.Web;\nclass A {\n  private final Web w;\n§  void f() {\n',
      'w',
      'a.b.Web',
    ],
    ['nothing where nobody says', '.java', '§  void f() {\n', 'w', undefined],
  ])('%s (%s)', (_, extension, text, expression, is) => {
    expect(seen(extension, text, expression)).toBe(is)
  })

  it('gives up in a circle', () => {
    expect(seen('.py', '§def f():\n    a = b\n    b = a\n', 'a')).toBeUndefined()
  })
})

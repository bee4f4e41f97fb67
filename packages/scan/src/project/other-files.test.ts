import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadGrammars } from '../languages/grammars.ts'
import { RULES } from '../rules/index.ts'
import { scanTree } from '../scan-tree.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whyreset-project-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

type Tree = Readonly<Record<string, string>>

/** `file:line rule outcome` of what the rule says of the tree. */
async function found(tree: Tree, rule: string): Promise<string[]> {
  for (const [name, text] of Object.entries(tree)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const grammars = loadGrammars()
  if (!grammars.ok) throw new Error(grammars.reason)
  const rules = RULES.filter(({ id }) => id === rule)
  const { places, problems } = await scanTree([folder], { rules, grammars, areTestsWanted: false })
  expect(problems).toEqual([])
  return places.map(({ file, line, outcome }) => `${file}:${line} ${outcome}`).toSorted()
}

describe('a helper in another class of the same Java project', () => {
  const IMPORTS = 'import org.apache.http.client.methods.*;\n'
  const ask = (head: string, body: string): string =>
    `package app;\n${IMPORTS}${head}\nclass Ask {\n  int ask(HttpGet g) throws Exception {\n    CloseableHttpResponse r = client.execute(g);\n    ${body}\n    return 1;\n  }\n}\n`
  const helper = (head: string, method: string): string =>
    `${head}\n${IMPORTS}public class Helper {\n  ${method}\n}\n`
  const CLOSES = 'public static void done(CloseableHttpResponse r) throws Exception { r.close(); }'
  const LOOKS =
    'public static int done(CloseableHttpResponse r) { return r.getStatusLine().getStatusCode(); }'
  const OPENS =
    'public static CloseableHttpResponse open(HttpGet g) throws Exception { return client.execute(g); }'

  it.each<[string, Tree, string[]]>([
    [
      'that closes is a close: same package',
      { 'app/Ask.java': ask('', 'Helper.done(r);'), 'app/Helper.java': helper('package app;', CLOSES) },
      [],
    ],
    [
      'that only looks ends nothing: same package',
      { 'app/Ask.java': ask('', 'Helper.done(r);'), 'app/Helper.java': helper('package app;', LOOKS) },
      ['app/Ask.java:6 never'],
    ],
    [
      'that only looks ends nothing: imported',
      {
        'app/Ask.java': ask('import net.Helper;', 'Helper.done(r);'),
        'net/Helper.java': helper('package net;', LOOKS),
      },
      ['app/Ask.java:6 never'],
    ],
    [
      'is not that of another package',
      { 'app/Ask.java': ask('', 'Helper.done(r);'), 'net/Helper.java': helper('package net;', LOOKS) },
      [],
    ],
    [
      'is found by its static import',
      {
        'app/Ask.java': ask('import static net.Helper.done;', 'done(r);'),
        'net/Helper.java': helper('package net;', LOOKS),
      },
      ['app/Ask.java:6 never'],
    ],
    [
      'is found by the class of the field that is injected',
      {
        'app/Ask.java': ask('', 'helper.done(r);').replace(
          'class Ask {',
          'class Ask {\n  private final Helper helper;',
        ),
        'app/Helper.java': helper('package app;', LOOKS.replace('static ', '')),
      },
      ['app/Ask.java:7 never'],
    ],
    [
      'is found behind the interface of the field that is injected',
      {
        'app/Ask.java': ask('', 'ends.done(r);').replace(
          'class Ask {',
          'class Ask {\n  private final Ends ends;',
        ),
        'app/Ends.java': `package app;\n${IMPORTS}interface Ends { int done(CloseableHttpResponse r); }\n`,
        'app/Helper.java': helper('package app;', LOOKS.replace('static ', '')).replace(
          'class Helper',
          'class Helper implements Ends',
        ),
      },
      ['app/Ask.java:7 never'],
    ],
    [
      'says nothing when two classes behind the interface do different things',
      {
        'app/Ask.java': ask('', 'ends.done(r);').replace(
          'class Ask {',
          'class Ask {\n  private final Ends ends;',
        ),
        'app/A.java': helper('package app;', LOOKS).replace('class Helper', 'class A implements Ends'),
        'app/B.java': helper('package app;', CLOSES).replace('class Helper', 'class B implements Ends'),
      },
      [],
    ],
    [
      'is found in the class above',
      {
        'app/Ask.java': ask('', 'done(r);').replace('class Ask', 'class Ask extends Helper'),
        'app/Helper.java': helper('package app;', LOOKS),
      },
      ['app/Ask.java:6 never'],
    ],
    [
      'is chosen among several of its name by how many arguments it takes',
      {
        'app/Ask.java': ask('', 'Helper.done(r);'),
        'app/Helper.java': helper(
          'package app;',
          `${LOOKS}\n  ${CLOSES.replace('CloseableHttpResponse r', 'CloseableHttpResponse r, int n')}`,
        ),
      },
      ['app/Ask.java:6 never'],
    ],
    [
      'that opens and returns is an opening',
      {
        'app/Helper.java': helper('package app;', OPENS),
        'app/Use.java': `package app;\nclass Use {\n  int up(HttpGet g) throws Exception {\n    CloseableHttpResponse r = Helper.open(g);\n    return r.getStatusLine().getStatusCode();\n  }\n  int fine(HttpGet g) throws Exception {\n    try (CloseableHttpResponse r = Helper.open(g)) { return 1; }\n  }\n}\n`,
        'net/Other.java': `package net;\nclass Other {\n  int up(HttpGet g) throws Exception {\n    CloseableHttpResponse r = Helper.open(g);\n    return r.getStatusLine().getStatusCode();\n  }\n}\n`,
      },
      ['app/Use.java:4 never'],
    ],
  ])('%s', async (_, tree, expected) => {
    expect(await found(tree, 'response-not-closed')).toEqual(expected)
  })
})

const csharpAsk = (head: string, body: string): string =>
  `${head}\nnamespace App.Web;\nclass Ask {\n  async Task F(string u) {\n    var r = await c.GetAsync(u, HttpCompletionOption.ResponseHeadersRead);\n    ${body}\n  }\n}\n`
const csharpHelper = (namespace: string, method: string): string =>
  `namespace ${namespace};\npublic static class Helper {\n  ${method}\n}\n`

describe('a helper in another class of the same C# project', () => {
  const CLOSES = 'public static void Done(HttpResponseMessage r) { r.Dispose(); }'
  const LOOKS = 'public static int Done(HttpResponseMessage r) { return (int)r.StatusCode; }'

  it.each<[string, Tree, string[]]>([
    [
      'that disposes is a close: a namespace around',
      { 'Ask.cs': csharpAsk('', 'Helper.Done(r);'), 'Helper.cs': csharpHelper('App', CLOSES) },
      [],
    ],
    [
      'that only looks ends nothing: a namespace around',
      { 'Ask.cs': csharpAsk('', 'Helper.Done(r);'), 'Helper.cs': csharpHelper('App', LOOKS) },
      ['Ask.cs:5 never'],
    ],
    [
      'that only looks ends nothing: a namespace that is used',
      {
        'Ask.cs': csharpAsk('using Net.Tools;', 'Helper.Done(r);'),
        'Helper.cs': csharpHelper('Net.Tools', LOOKS),
      },
      ['Ask.cs:5 never'],
    ],
    [
      'is not that of a namespace that is not used',
      { 'Ask.cs': csharpAsk('', 'Helper.Done(r);'), 'Helper.cs': csharpHelper('Net.Tools', LOOKS) },
      [],
    ],
    [
      'is found by using static',
      {
        'Ask.cs': csharpAsk('using static Net.Helper;', 'Done(r);'),
        'Helper.cs': csharpHelper('Net', LOOKS),
      },
      ['Ask.cs:5 never'],
    ],
    [
      'is found as an extension method that only looks',
      {
        'Ask.cs': csharpAsk('', 'r.Done();'),
        'Helper.cs': csharpHelper('App', LOOKS.replace('(HttpResponseMessage', '(this HttpResponseMessage')),
      },
      ['Ask.cs:5 never'],
    ],
    [
      'is found as an extension method that disposes',
      {
        'Ask.cs': csharpAsk('', 'if (r.IsSuccessStatusCode) r.Done();'),
        'Helper.cs': csharpHelper('App', CLOSES.replace('(HttpResponseMessage', '(this HttpResponseMessage')),
      },
      ['Ask.cs:5 some-path'],
    ],
    [
      'is found behind the interface of the field that is injected',
      {
        'Ask.cs': csharpAsk('', '_ends.Done(r);').replace(
          'class Ask {',
          'class Ask {\n  private readonly IEnds _ends;',
        ),
        'IEnds.cs': 'namespace App;\ninterface IEnds { int Done(HttpResponseMessage r); }\n',
        'Ends.cs': `namespace App;\nclass Ends : IEnds {\n  public int Done(HttpResponseMessage r) { return (int)r.StatusCode; }\n}\n`,
      },
      ['Ask.cs:6 never'],
    ],
    [
      'that opens and returns is an opening',
      {
        'Helper.cs': csharpHelper(
          'App',
          'public static Task<HttpResponseMessage> Open(string u) { return c.GetAsync(u, HttpCompletionOption.ResponseHeadersRead); }',
        ),
        'Use.cs': `namespace App;\nclass Use {\n  async Task<bool> F(string u) {\n    var r = await Helper.Open(u);\n    return r.IsSuccessStatusCode;\n  }\n  async Task<bool> G(string u) {\n    using var r = await Helper.Open(u);\n    return r.IsSuccessStatusCode;\n  }\n}\n`,
        'Other.cs': `namespace Net;\nclass Other {\n  async Task<bool> F(string u) {\n    var r = await Helper.Open(u);\n    return r.IsSuccessStatusCode;\n  }\n}\n`,
      },
      ['Use.cs:4 never'],
    ],
  ])('%s', async (_, tree, expected) => {
    expect(await found(tree, 'response-headers-read-undisposed')).toEqual(expected)
  })
})

describe('a helper in another file', () => {
  it.each<[string, string, Tree, string[]]>([
    [
      'of Kotlin: a function of the same package that only looks',
      'okhttp-response-not-closed',
      {
        'app/Ask.kt': `package app\nimport okhttp3.*\nfun ask(q: Request) {\n  val r = client.newCall(q).execute()\n  tell(r)\n}\n`,
        'app/Tell.kt': `package app\nimport okhttp3.*\nfun tell(r: Response) {\n  println(r.code)\n}\n`,
      },
      ['app/Ask.kt:4 never'],
    ],
    [
      'of Kotlin: an object that closes',
      'okhttp-response-not-closed',
      {
        'app/Ask.kt': `package app\nimport okhttp3.*\nimport net.Helper\nfun ask(q: Request) {\n  val r = client.newCall(q).execute()\n  Helper.done(r)\n}\n`,
        'net/Helper.kt': `package net\nimport okhttp3.*\nobject Helper {\n  fun done(r: Response) { r.close() }\n}\n`,
      },
      [],
    ],
    [
      'of TypeScript: imported by name, or with its module',
      'fetch-body-unread',
      {
        'a.ts': `import { tell } from './tell.js'\nexport async function f(u: string) {\n  const r = await fetch(u)\n  tell(r)\n}\n`,
        'b.ts': `import * as help from './tell.js'\nexport async function f(u: string) {\n  const r = await fetch(u)\n  help.tell(r)\n}\n`,
        'c.ts': `import * as help from './tell.js'\nexport async function f(u: string) {\n  const r = await fetch(u)\n  help.read(r)\n}\n`,
        'd.ts': `import { tell } from './other.js'\nexport async function f(u: string) {\n  const r = await fetch(u)\n  tell(r)\n}\n`,
        'tell.ts': `export function tell(r: Response) { log(r.status) }\nexport const read = (r: Response) => r.text()\n`,
      },
      ['a.ts:3 never', 'b.ts:3 never'],
    ],
    [
      'of Python: imported by name, or with its module',
      'urlopen-not-closed',
      {
        'app/a.py': `import urllib.request\nfrom app.tell import tell\ndef f(u):\n    r = urllib.request.urlopen(u)\n    tell(r)\n`,
        'app/b.py': `import urllib.request\nfrom app import tell\ndef f(u):\n    r = urllib.request.urlopen(u)\n    tell.tell(r)\n`,
        'app/c.py': `import urllib.request\nfrom app.tell import done\ndef f(u):\n    r = urllib.request.urlopen(u)\n    done(r)\n`,
        'app/tell.py': `def tell(r):\n    print(r.status)\ndef done(r):\n    r.close()\n`,
      },
      ['app/a.py:4 never', 'app/b.py:4 never'],
    ],
    [
      'of Go: of the same folder, or of a package that is imported',
      'body-not-closed',
      {
        'app/a.go': `package app\nimport "net/http"\nfunc f(u string) {\n\tr, err := http.Get(u)\n\tif err != nil {\n\t\treturn\n\t}\n\ttell(r)\n}\n`,
        'app/b.go': `package app\nimport (\n\t"net/http"\n\t"example.com/x/net/tools"\n)\nfunc g(u string) {\n\tr, err := http.Get(u)\n\tif err != nil {\n\t\treturn\n\t}\n\ttools.Tell(r)\n}\n`,
        'app/c.go': `package app\nimport "net/http"\nfunc h(u string) {\n\tr, err := http.Get(u)\n\tif err != nil {\n\t\treturn\n\t}\n\tdone(r)\n}\n`,
        'app/tell.go': `package app\nimport "net/http"\nfunc tell(r *http.Response) {\n\tlog.Println(r.StatusCode)\n}\nfunc done(r *http.Response) {\n\tr.Body.Close()\n}\n`,
        'net/tools/tell.go': `package tools\nimport "net/http"\nfunc Tell(r *http.Response) {\n\tlog.Println(r.StatusCode)\n}\n`,
      },
      ['app/a.go:4 never', 'app/b.go:7 never'],
    ],
  ])('%s', async (_, rule, tree, expected) => {
    expect(await found(tree, rule)).toEqual(expected)
  })
})

describe('a method of a class in another file', () => {
  it.each<[string, string, Tree, string[]]>([
    [
      'of Go: of a type of the same folder, and of one that is imported',
      'body-not-closed',
      {
        'go.mod': 'module example.com/x\n',
        'api/api.go': `package api\nimport "net/http"\ntype API struct {\n\tdoer *http.Client\n}\nfunc (a *API) Call(r *http.Request) (*http.Response, error) {\n\tres, err := a.doer.Do(r)\n\tif err != nil {\n\t\treturn nil, err\n\t}\n\treturn res, nil\n}\n`,
        'api/users.go': `package api\nimport "net/http"\nfunc (a *API) exists(r *http.Request) bool {\n\tres, err := a.Call(r)\n\treturn err == nil && res.StatusCode == 200\n}\nfunc (o *Other) exists(r *http.Request) bool {\n\tres, err := o.Call(r)\n\treturn err == nil && res.StatusCode == 200\n}\n`,
        'main.go': `package main\nimport "example.com/x/api"\nfunc f(c *api.API) int {\n\tres, err := c.Call(nil)\n\tif err != nil {\n\t\treturn 0\n\t}\n\treturn res.StatusCode\n}\n`,
      },
      ['api/users.go:4 never', 'main.go:4 never'],
    ],
    [
      'of TypeScript: a field by the type of the parameter that declares it',
      'fetch-body-unread',
      {
        'api.ts': `export class Api {\n  async open(u: string) {\n    return await fetch(u)\n  }\n}\n`,
        'use.ts': `import { Api } from './api.js'\nexport class Use {\n  constructor(private readonly api: Api, private readonly files: Files) {}\n  async a(u: string) {\n    const r = await this.api.open(u)\n    return r.status\n  }\n  async b(u: string) {\n    const r = await this.files.open(u)\n    return r.status\n  }\n}\n`,
      },
      ['use.ts:5 never'],
    ],
    [
      'of Python: by what the field is made from',
      'requests-stream-unread',
      {
        'net/api.py': `import requests\nclass Api:\n    def open(self, u):\n        return requests.get(u, stream=True)\n`,
        'use.py': `from net.api import Api\nclass Use:\n    def __init__(self):\n        self.api = Api()\n    def a(self, u):\n        r = self.api.open(u)\n        return r.headers\n`,
      },
      ['use.py:6 never'],
    ],
  ])('%s', async (_, rule, tree, expected) => {
    expect(await found(tree, rule)).toEqual(expected)
  })
})

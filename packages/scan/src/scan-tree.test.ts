import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadGrammars } from './languages/grammars.ts'
import { RULES } from './rules/index.ts'
import { scanTree } from './scan-tree.ts'

const PROGRAMS = fileURLToPath(new URL('../../lab/src/programs', import.meta.url))
const LEAK = `async function f(url) {\n  const r = await fetch(url)\n  return r.status\n}\n`

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whyreset-scan-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

function put(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
}

/** What runs when nobody names a rule. */
const ON_BY_DEFAULT = RULES.filter(({ isOffByDefault }) => isOffByDefault !== true)

async function scan(root = folder, rules = ON_BY_DEFAULT) {
  const grammars = loadGrammars()
  if (!grammars.ok) throw new Error(grammars.reason)
  return scanTree([root], { rules, grammars, areTestsWanted: false })
}

async function lines(): Promise<string[]> {
  const { places } = await scan()
  return places.map(({ file, line, rule }) => `${file}:${line} ${rule}`)
}

describe('what a name is taken for', () => {
  it.each([
    [`import { Agent, request } from 'undici'`, ['a.ts:3 fetch-body-unread']],
    [`const { request } = require('undici')`, ['a.ts:3 fetch-body-unread']],
    [`import { request } from './own.ts'`, []],
    [`import { request as ask } from 'undici'`, []],
  ])('is told by the import: %s', async (line, expected) => {
    put(
      'a.ts',
      `${line}\nasync function f(url) {\n  const { statusCode } = await request(url)\n  return statusCode\n}\n`,
    )
    const { places } = await scan(folder, RULES)
    expect(places.map(({ file, line: at, rule }) => `${file}:${at} ${rule}`)).toEqual(expected)
  })
})

describe('the client of the reference story', () => {
  it('is found in Java at its two lines, and nothing else in it', async () => {
    cpSync(join(PROGRAMS, 'HotClient.java'), join(folder, 'HotClient.java'))
    const source = readFileSync(join(folder, 'HotClient.java'), 'utf8').split('\n')
    const { places, problems } = await scan()
    expect(problems).toEqual([])
    expect(places.map(({ line }) => source[line - 1]?.trim())).toEqual([
      'long changed = connection.getLastModified();',
      'if (!shared) MADE.add(HttpClients.createDefault());',
    ])
  })

  it('is clean in Java with both faults fixed', async () => {
    const text = readFileSync(join(PROGRAMS, 'HotClient.java'), 'utf8')
      .replace('if (!shared) MADE.add(HttpClients.createDefault());', '')
      .replace('if (mode.equals("head")) connection', 'connection')
    put('HotClient.java', text)
    expect(await lines()).toEqual([])
  })

  it('is found in TypeScript at its two lines, and nothing else in it', async () => {
    put('hot-client.ts', readFileSync(join(PROGRAMS, 'hot-client.mjs'), 'utf8'))
    const source = readFileSync(join(folder, 'hot-client.ts'), 'utf8').split('\n')
    const { places } = await scan()
    expect(places.map(({ line }) => source[line - 1]?.trim())).toEqual([
      'const { headers } = await fetch(`${options.base}/latest`)',
      'const agent = isShared ? shared : new Agent({ keepAlive: true })',
    ])
    // The list's answer is left unread on the agent that nobody closes: the same fault, told with it.
    expect(places[1]?.related?.map(({ line }) => source[line - 1]?.trim())).toEqual([
      'const request = get(`${options.base}/list`, { agent }, (response) => {',
    ])
  })

  it('is found in TypeScript by the answer alone, once the agent is shared', async () => {
    const text = readFileSync(join(PROGRAMS, 'hot-client.mjs'), 'utf8')
      .replace('fetch(`${options.base}/latest`)', "fetch(`${options.base}/latest`, { method: 'HEAD' })")
      .replace('isShared ? shared : new Agent({ keepAlive: true })', 'shared')
    put('hot-client.ts', text)
    const source = text.split('\n')
    const { places } = await scan()
    expect(places.map(({ line }) => source[line - 1]?.trim())).toEqual([
      'const request = get(`${options.base}/list`, { agent }, (response) => {',
    ])
  })

  it('is clean in TypeScript with the faults fixed', async () => {
    const text = readFileSync(join(PROGRAMS, 'hot-client.mjs'), 'utf8')
      .replace('fetch(`${options.base}/latest`)', "fetch(`${options.base}/latest`, { method: 'HEAD' })")
      .replace('isShared ? shared : new Agent({ keepAlive: true })', 'shared')
      .replace('if (!isShared) return resolve()', '')
    put('hot-client.ts', text)
    expect(await lines()).toEqual([])
  })
})

describe('a tree of files', () => {
  it('leaves out what others wrote, what builds made, what .gitignore names, and tests', async () => {
    for (const name of [
      'node_modules/a/a.js',
      'vendor/a.js',
      'dist/a.js',
      'made/a.js',
      'src/a.test.js',
      'test/a.js',
      '.hidden/a.js',
    ])
      put(name, LEAK)
    put('.gitignore', 'made/\n')
    put('src/a.js', LEAK)
    expect(await lines()).toEqual(['src/a.js:2 fetch-body-unread'])
  })

  it('does not follow symbolic links', async () => {
    put('real/a.js', LEAK)
    symlinkSync(join(folder, 'real'), join(folder, 'again'))
    symlinkSync(join(folder, 'real/a.js'), join(folder, 'b.js'))
    symlinkSync('/', join(folder, 'root'))
    expect(await lines()).toEqual(['real/a.js:2 fetch-body-unread'])
  })

  it('takes a helper of another file that opens and returns for an opening', async () => {
    put('http.js', `export async function open(url) {\n  return await fetch(url)\n}\n`)
    put(
      'use.js',
      `import { open } from './http.js'\nexport async function up(url) {\n  const r = await open(url)\n  return r.ok\n}\n`,
    )
    put(
      'other.js',
      `import { open } from './files.js'\nexport async function up(url) {\n  const r = await open(url)\n  return r.ok\n}\n`,
    )
    expect(await lines()).toEqual(['use.js:3 fetch-body-unread'])
  })

  it('obeys whyreset-ignore with a reason, and says where the reason is missing', async () => {
    put(
      'a.js',
      LEAK.replace('  const', '  // whyreset-ignore fetch-body-unread: the server sends no body\n  const'),
    )
    put('b.js', LEAK.replace('fetch(url)', 'fetch(url) // whyreset-ignore'))
    const { places, problems } = await scan()
    expect(places.map(({ file }) => file)).toEqual(['b.js'])
    expect(problems.map(({ file, line }) => `${file}:${line}`)).toEqual(['b.js:2'])
  })
})

describe('hostile source', () => {
  it('is named and skipped when it is nested, long, huge or binary', async () => {
    put('deep.js', `fetch(${'['.repeat(50_000)}`)
    put('long.js', `fetch(u)${' '.repeat(50_000)}`)
    put('huge.js', 'fetch(u)\n'.repeat(200_000))
    put('binary.js', 'fetch(u)\0')
    const { places, problems } = await scan()
    expect(places).toEqual([])
    expect(problems.map(({ file }) => file)).toEqual(['binary.js', 'deep.js', 'huge.js', 'long.js'])
  })

  it('is named where a function does not parse, and the functions beside it are still looked at', async () => {
    put('b.js', `${LEAK}\nfunction g() {\n  const r = fetch(]);\n}\n`)
    const { places, problems } = await scan()
    expect(places.map(({ line }) => line)).toEqual([2])
    expect(problems.map(({ file, says }) => `${file}: ${says}`)).toEqual([
      'b.js: could not be parsed here; the function around it was skipped',
    ])
  })

  it('is named and skipped as a whole where it does not parse', async () => {
    put(
      'broken.ts',
      `${LEAK}}}}} ((( class {{{\n const x = fetch( ]] function ( ;;; = = import import {{{ \n`,
    )
    put('broken.py', `import requests\ndef f(: requests.get(u, stream=True\n`)
    put('broken.go', `import "net/http"\nfunc (((( http.Get(\n`)
    put('sound.ts', LEAK)
    const { places, problems } = await scan()
    expect(places.map(({ file }) => file)).toEqual(['sound.ts'])
    expect(problems).toEqual([
      { file: 'broken.go', line: 2, says: 'does not parse from here on: skipped' },
      { file: 'broken.py', line: 2, says: 'does not parse from here on: skipped' },
      { file: 'broken.ts', line: 5, says: 'does not parse from here on: skipped' },
    ])
  })

  it('is no reason to hang where a declaration has no name of its own', async () => {
    put(
      'a.cs',
      `class A {\n  async Task F(string u, bool b) {\n    if (b) Log(u);\n    var c = new HttpClient();\n    if (b) Log(u);\n    var (a, d) = await G(u);\n    if (b) Log(u);\n    await c.GetAsync(u);\n  }\n}\n`,
    )
    const { places } = await scan(folder, RULES)
    expect(places.map(({ line, rule }) => `${line} ${rule}`)).toEqual(['4 http-client-per-call'])
  })

  it('neither throws nor hangs on pieces of code in any order', async () => {
    const pieces = [
      'fetch(',
      'await ',
      '{',
      '}',
      '(',
      ')',
      'if (r.ok) ',
      'try ',
      'catch (e) ',
      'finally ',
      '=> ',
      'for (;;) ',
      'return ',
      'r = ',
      '`',
      "'",
      '\n',
      '.then(',
      'switch (r) ',
      'case 1: ',
    ]
    let seed = 7
    for (let k = 0; k < 40; k++) {
      let text = 'fetch(u)\n'
      for (let n = 0; n < 300; n++) {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
        text += pieces[seed % pieces.length] ?? ''
      }
      put(`f${k}.js`, text)
    }
    const { summary } = await scan()
    expect(summary.files).toBe(40)
  })
})

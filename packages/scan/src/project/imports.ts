import type { LanguageId } from '../rule.ts'
import type { SourceFile } from '../source-file.ts'

type Imports = ReadonlyMap<string, string>

const KNOWN = new WeakMap<SourceFile, Imports>()

/** A name as it is written, in full: `rq.get` of a file with `import requests as rq` is `requests.get`. */
export function fullName(file: SourceFile, written: string): string {
  const imports = importsOf(file)
  if (imports.size === 0) return written
  const dot = written.indexOf('.')
  const full = imports.get(dot === -1 ? written : written.slice(0, dot))
  if (full === undefined) return written
  return dot === -1 ? full : `${full}${written.slice(dot)}`
}

/** What each name that the file imports stands for. */
export function importsOf(file: SourceFile): Imports {
  const known = KNOWN.get(file)
  if (known !== undefined) return known
  const imports = new Map(IMPORTS[file.language.id](file.text))
  KNOWN.set(file, imports)
  return imports
}

type Entries = readonly (readonly [string, string])[]

const IMPORTS: Readonly<Record<LanguageId, (text: string) => Entries>> = {
  java: jvmImports,
  kotlin: jvmImports,
  csharp: () => [],
  javascript: scriptImports,
  python: pythonImports,
  go: goImports,
}

/** `import a.b.C;`, `import static a.b.C.f;`, `import a.b.C as D`. */
function jvmImports(text: string): Entries {
  const forms = text.matchAll(/^\s*import\s+(?:static\s+)?([\w.]+)\.(\w+)(?:\s+as\s+(\w+))?\s*;?[^\S\n]*$/gm)
  return [...forms].map(([, home = '', name = '', alias = name]) => [alias, `${home}.${name}`])
}

/** `import D, { a as b } from 'm'`, `import * as n from 'm'`, `const { a: b } = require('m')`, `const n = require('m')`. */
function scriptImports(text: string): Entries {
  if (!/\bimport\b|\brequire\b/.test(text)) return []
  const forms = [
    /^\s*import\s+(?:type\s+)?([\w$*{][^'";()]*?)\s*from\s*['"]([^'"\n]+)['"]/gm,
    /\b(?:const|let|var|import)\s+(\{[^{}]*\}|[\w$]+)\s*=\s*require\(\s*['"]([^'"\n]+)['"]/g,
  ]
  return forms
    .flatMap((form) => [...text.matchAll(form)])
    .flatMap(([, bound = '', from = '']) => boundBy(bound, from.replace(/^node:/, '')))
}

function boundBy(bound: string, module: string): Entries {
  const [, braces = ''] = /\{([^{}]*)\}/.exec(bound) ?? []
  const members = braces.split(',').flatMap((item): Entries => {
    const [, name, alias = name] =
      /^\s*(?:type\s+)?([\w$]+)(?:\s*(?:\bas\b|:)\s*([\w$]+))?\s*$/.exec(item) ?? []
    return name === undefined || alias === undefined ? [] : [[alias, `${module}.${name}`]]
  })
  const whole = /^(?:\*\s*as\s+)?([\w$]+)/.exec(bound)?.[1]
  return whole === undefined ? members : [...members, [whole, module]]
}

/** `import a.b as c`, `import a, b`, `from a.b import C as D`, over several lines as well. */
function pythonImports(text: string): Entries {
  const modules = [...text.matchAll(/^\s*import\s+([\w.][^\n#]*)/gm)].flatMap(([, items = '']) =>
    items.split(',').flatMap((item): Entries => {
      const [, path, alias] = /^\s*([\w.]+)(?:\s+as\s+(\w+))?\s*$/.exec(item) ?? []
      if (path === undefined) return []
      // `import a.b` binds `a`.
      const [first = path] = path.split('.')
      return [alias === undefined ? [first, first] : [alias, path]]
    }),
  )
  const forms = text.matchAll(/^\s*from\s+([\w.]+)\s+import\s+(?:\(([^)]*)\)|([^\n#(]+))/gm)
  const members = [...forms].flatMap(([, home = '', inBrackets, onLine]) =>
    (inBrackets ?? onLine ?? '')
      .replaceAll(/#[^\n]*/g, '')
      .split(',')
      .flatMap((item): Entries => {
        const [, name, alias = name] = /^\s*(\w+)(?:\s+as\s+(\w+))?\s*$/.exec(item) ?? []
        return name === undefined || alias === undefined ? [] : [[alias, `${home}.${name}`]]
      }),
  )
  return [...modules, ...members]
}

/** `import h "net/http"`; without a name the last part of the path that is no version. */
function goImports(text: string): Entries {
  // Behind them strings are values.
  const head = text.slice(0, /^(?:func|type|var|const)\b/m.exec(text)?.index)
  const forms = head.matchAll(/(?:^|[;(])\s*(?:import\b\s*\(?\s*)?(?:([\w.]+)\s+)?"([^"\s]+)"/gm)
  return [...forms].map(([, alias, path = '']) => [alias ?? lastPart(path), path])
}

function lastPart(path: string): string {
  return /([^/]+?)(?:\/v\d+)?$/.exec(path)?.[1] ?? path
}

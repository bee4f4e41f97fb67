import { posix } from 'node:path'
import type { SourceFile } from '../source-file.ts'
import type { NamedPlace } from './meant.ts'
import { whatIs } from './what-is.ts'

/** TypeScript, JavaScript, Python, Go: a function is named by the module or the folder that it is imported from. */
export function modulePlaces(
  file: SourceFile,
  path: readonly string[],
  functionName: string,
): readonly NamedPlace[] {
  const [module] = path
  if (module !== undefined) {
    const type = whatIs(path.join('.'), { file, functions: () => [file.text] })
    if (type !== undefined && isClass(type)) return placesOfClass(file, type)
  }
  if (path.length > 1) return []
  const language = file.language.id
  if (language === 'javascript')
    return scriptImports(file.text, module, functionName).map((home) => ({
      home: moduleOf(posix.join(posix.dirname(file.name), home)),
    }))
  const homes = language === 'python' ? pythonImports(file.text, module, functionName) : goHomes(file, module)
  return homes.map((home) => ({ home }))
}

function isClass(type: string): boolean {
  return /(?:^|[./])[A-Z]\w*$/.test(type)
}

/** A class of this file, or of the module in front of its name. */
function placesOfClass({ name, language: { id } }: SourceFile, type: string): readonly NamedPlace[] {
  const [, home, holder = type] = /^([^]+)[.]([^./]+)$/.exec(type) ?? []
  const folder = posix.dirname(name)
  if (id === 'go') return [{ home: home ?? folder, holder }]
  if (id === 'javascript') {
    if (home === undefined) return [{ home: moduleOf(name), holder }]
    return home.startsWith('.') ? [{ home: moduleOf(posix.join(folder, home)), holder }] : []
  }
  const own = name.replace(/(?:\/__init__)?\.py$/, '').replaceAll('/', '.')
  return [{ home: home?.replace(/^\.+/, '') ?? own, holder }]
}

/** A script without its extension; a folder's index is the folder. */
export function moduleOf(name: string): string {
  return name.replace(/\.[cm]?[jt]sx?$/, '').replace(/\/index$/, '')
}

/** `import { get } from './http.js'`, `const { get } = require('./http')`; of a whole module `import * as http from …`. */
function scriptImports(text: string, module: string | undefined, functionName: string): readonly string[] {
  const word = (module ?? functionName).replaceAll('$', '\\$')
  const bound = module === undefined ? `\\{[^}]*\\b${word}\\b[^}]*\\}` : `(?:\\*\\s*as\\s+)?${word}`
  const forms = [
    new RegExp(`import\\s*${bound}\\s*from\\s*['"](\\.[^'"]*)['"]`, 'g'),
    new RegExp(`${bound}\\s*=\\s*require\\(\\s*['"](\\.[^'"]*)['"]`, 'g'),
  ]
  return forms.flatMap((form) => [...text.matchAll(form)].map(([, path = '']) => path))
}

/** `from net.http import get`; of a whole module `import net.http`, `from net import http`. */
function pythonImports(text: string, module: string | undefined, functionName: string): readonly string[] {
  if (module === undefined) {
    const form = new RegExp(`^\\s*from\\s+([\\w.]+)\\s+import\\s[^\\n]*\\b${functionName}\\b`, 'gm')
    return [...text.matchAll(form)]
      .map(([, home = '']) => home.replace(/^\.+/, ''))
      .filter((home) => home !== '')
  }
  const isImported = new RegExp(
    `^\\s*(?:import\\s+(?:[\\w.]+\\.)?|from\\s+[\\w.]+\\s+import\\s+(?:\\w+,\\s*)*)${module}\\b`,
    'm',
  )
  return isImported.test(text) ? [module] : []
}

function goHomes({ name, text }: SourceFile, module: string | undefined): readonly string[] {
  if (module === undefined) return [posix.dirname(name)]
  const path = new RegExp(`^\\s*(?:import\\s+)?(?:${module}\\s+)?"((?:[^"\\n]*/)?${module})"`, 'm').exec(
    text,
  )?.[1]
  return path === undefined ? [] : [path]
}

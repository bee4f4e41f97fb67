import { readFile } from 'node:fs/promises'
import { createRequire, isBuiltin } from 'node:module'
import { dirname } from 'node:path'
import { compileFunction } from 'node:vm'
import { LocalIsolate } from '../local-isolate.ts'
import type { Loader } from '../loader.ts'
import { HOOKS, packageApi } from '../package-api.ts'
import { loadError } from '../remote-isolate.ts'

const ES_MODULE =
  /Cannot use import statement outside a module|Unexpected token 'export'|Cannot use 'import\.meta'|await is only valid/
/** `var pricing = (() => {…})()`, as bundlers write with a global name. */
const IIFE = /^(?:\s|"use strict";|\/\/.*\n|\/\*[\s\S]*?\*\/)*(?:var|let|const)\s+([\w$]+)\s*=\s*\(/

/**
 * Into this thread: calls cost next to nothing, and nothing is isolated. Only a single-file CommonJS or IIFE bundle, since
 * the memory of an ES module is never given back (nodejs/node #33439), while that of a compiled function is.
 */
export function inlineLoader(): Loader {
  return {
    isolation: 'inline',
    async load(pkg, { handover, signal }) {
      try {
        signal.throwIfAborted()
        const api = packageApi(evaluate(await readFile(pkg.entryPath, 'utf8'), pkg.entryPath))
        if (api.methods.size === 0)
          throw new TypeError(`it exports no function (${HOOKS.join(', ')} are hooks, not methods)`)
        if (handover !== undefined) await api.takeover?.(handover)
        return new LocalIsolate(api)
      } catch (cause) {
        throw loadError(pkg, cause)
      }
    },
  }
}

function evaluate(code: string, path: string): object {
  if (path.endsWith('.mjs')) throw esModule()
  const [, global] = IIFE.exec(code) ?? []
  const body =
    global === undefined ? code : `${code}\n;return typeof ${global} === 'undefined' ? undefined : ${global}`
  const module: { exports: unknown } = { exports: {} }
  const names = ['exports', 'require', 'module', '__filename', '__dirname']
  let compiled: ReturnType<typeof compileFunction>
  try {
    compiled = compileFunction(body, names, { filename: path })
  } catch (error) {
    throw error instanceof SyntaxError && ES_MODULE.test(error.message) ? esModule(error) : error
  }
  const result: unknown = Reflect.apply(compiled, undefined, [
    module.exports,
    requireBuiltin(path),
    module,
    path,
    dirname(path),
  ])
  if (isObject(result)) return result
  if (typeof module.exports === 'function') return { default: module.exports }
  if (isObject(module.exports)) return module.exports
  throw new TypeError('its module.exports is no object')
}

function requireBuiltin(path: string): (id: string) => unknown {
  const load = createRequire(path)
  return (id) => {
    if (isBuiltin(id)) return load(id)
    throw new TypeError(
      `it asks for ${JSON.stringify(id)}: what is loaded inline is one file. Bundle it, or use isolation: 'worker'`,
    )
  }
}

function esModule(cause?: Error): TypeError {
  return new TypeError(
    'it is an ES module, and Node never gives the memory of one back. ' +
      "Bundle it as CommonJS (esbuild --bundle --format=cjs --platform=node), or use isolation: 'worker'",
    { cause },
  )
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

import { createRequire } from 'node:module'
import type { LanguageId } from '../rule.ts'

type Napi = typeof import('@ast-grep/napi')

/** ast-grep with the grammars that this machine has, or why it has none. */
export type Grammars =
  | { readonly ok: true; readonly napi: Napi; readonly missing: readonly LanguageId[] }
  | { readonly ok: false; readonly reason: string }

const PACKAGES: Readonly<Partial<Record<LanguageId, string>>> = {
  java: '@ast-grep/lang-java',
  kotlin: '@ast-grep/lang-kotlin',
  python: '@ast-grep/lang-python',
  go: '@ast-grep/lang-go',
  csharp: '@ast-grep/lang-csharp',
}

let loaded: Grammars | undefined

/**
 * Loads the parsers, once: they are machine code, so a platform may lack some, and the single executable has none.
 * The language packages find their binary without their install scripts, which never need to run.
 */
export function loadGrammars(): Grammars {
  loaded ??= load()
  return loaded
}

function load(): Grammars {
  // Where there is no file around the program (the single executable), nothing can be loaded from beside it.
  const require = createRequire(import.meta.url ?? process.execPath)
  let napi: Napi
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the package declares of itself
    napi = require('@ast-grep/napi') as Napi
  } catch (error) {
    return { ok: false, reason: firstLine(error) }
  }
  const missing: LanguageId[] = []
  const found: Record<string, { readonly libraryPath: string; readonly extensions: string[] }> = {}
  for (const [language, name] of Object.entries(PACKAGES)) {
    try {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what these packages declare of themselves
      const grammar = require(name) as { readonly libraryPath: string; readonly extensions: string[] }
      // Asking for the path is what fails where there is no binary.
      if (grammar.libraryPath !== '') found[language] = grammar
    } catch {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of PACKAGES
      missing.push(language as LanguageId)
    }
  }
  napi.registerDynamicLanguage(found)
  return { ok: true, napi, missing }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
}

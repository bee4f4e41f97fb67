import { csharp } from './csharp.ts'
import { ecmascript } from './ecmascript.ts'
import { go } from './go.ts'
import { java } from './java.ts'
import { kotlin } from './kotlin.ts'
import type { Language } from './language.ts'
import { python } from './python.ts'

const LANGUAGES: readonly Language[] = [ecmascript, java, kotlin, python, go, csharp]

/** The language of a file by its extension (`.java`). */
export function languageOf(extension: string): Language | undefined {
  return LANGUAGES.find(({ grammars }) => Object.hasOwn(grammars, extension))
}

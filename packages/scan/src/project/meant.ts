import type { LanguageId } from '../rule.ts'
import type { SourceFile } from '../source-file.ts'
import { csharpPlaces } from './csharp-names.ts'
import { jvmPlaces } from './jvm-names.ts'
import { modulePlaces } from './module-names.ts'

/** Where a function may be that a call means. */
export interface NamedPlace {
  /** Package, namespace, module or folder: what the language tells files apart by. */
  readonly home: string
  /** The class or object that holds it; absent for a function that stands by itself. */
  readonly holder?: string
}

/** What a call says of the function that it means: `Helper.close(x)` of a file that imports `net.Helper`. */
export interface Meant {
  readonly language: LanguageId
  readonly functionName: string
  readonly places: readonly NamedPlace[]
  /** `x.close()` may be a function that somebody hung onto the type of `x`. */
  readonly isExtension: boolean
}

/** A function of the project, as others name it. */
export interface Defined extends NamedPlace {
  readonly language: LanguageId
  readonly functionName: string
  readonly file: string
  /** What its class extends and implements. */
  readonly supers: readonly string[]
  readonly isExtension: boolean
}

/** What a call of `callee` (`Helper.close`, `this.pool.open`, `open`) in the file means; no places where nobody can tell. */
export function meantBy(file: SourceFile, callee: string, isExtension: boolean): Meant {
  const path = callee.split('.').filter((part) => part !== 'this' && part !== 'self')
  const functionName = path.pop() ?? ''
  const language = file.language.id
  const isCallable = /^[\w$]+$/.test(functionName) && path.every((part) => /^[\w$]+$/.test(part))
  return {
    language,
    functionName,
    places: isCallable ? placesOf(file, path, functionName, isExtension) : [],
    isExtension,
  }
}

function placesOf(
  file: SourceFile,
  path: readonly string[],
  functionName: string,
  isExtension: boolean,
): readonly NamedPlace[] {
  switch (file.language.id) {
    case 'java':
    case 'kotlin':
      return isExtension ? [] : jvmPlaces(file, path, functionName)
    case 'csharp':
      return csharpPlaces(file, path, isExtension)
    case 'javascript':
    case 'python':
    case 'go':
      return isExtension ? [] : modulePlaces(file, path, functionName)
  }
}

export function isMeant({ language, functionName, places, isExtension }: Meant, defined: Defined): boolean {
  if (language !== defined.language || functionName !== defined.functionName) return false
  if (isExtension && !defined.isExtension) return false
  return places.some((place) => isHome(place.home, defined) && isHolder(place.holder, defined, isExtension))
}

function isHolder(holder: string | undefined, defined: Defined, isExtension: boolean): boolean {
  if (isExtension) return true
  return holder === defined.holder || (holder !== undefined && defined.supers.includes(holder))
}

/** An import may say more of the path than the tree that is scanned holds. */
function isHome(home: string, { language, home: own }: Defined): boolean {
  if (home === own) return true
  if (language === 'python') return own !== '' && (own.endsWith(`.${home}`) || home.endsWith(`.${own}`))
  return language === 'go' && own !== '.' && home.endsWith(`/${own}`)
}

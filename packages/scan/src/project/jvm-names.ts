import type { SourceFile } from '../source-file.ts'
import { declaredType } from './declared-type.ts'
import type { NamedPlace } from './meant.ts'

/** Java and Kotlin: packages, imports, static imports, the class above. */
export function jvmPlaces(
  { text, language }: SourceFile,
  path: readonly string[],
  functionName: string,
): readonly NamedPlace[] {
  if (path.length === 0) {
    const above = /\bclass\s+\w+[^{]*?(?:\bextends\s+|:\s*)([A-Z]\w*)/.exec(text)?.[1]
    return [
      ...importsOf(text, functionName).map(placeOfMember),
      ...(above === undefined ? [] : placesOfClass(text, above)),
      // Functions of the same package need no import in Kotlin.
      ...(language.id === 'kotlin' ? [{ home: packageOf(text) }] : []),
    ]
  }
  const name = path.at(-1) ?? ''
  if (/^[A-Z]/.test(name))
    return path.length === 1
      ? placesOfClass(text, name)
      : [{ home: path.slice(0, -1).join('.'), holder: name }]
  const type = path.length === 1 ? declaredType(text, name) : undefined
  return type === undefined ? [] : placesOfClass(text, type)
}

export function packageOf(text: string): string {
  return /^\s*package\s+([\w.]+)/m.exec(text)?.[1] ?? ''
}

/** A class that is imported by its name, of the same package, or of a package that is imported as a whole. */
function placesOfClass(text: string, holder: string): readonly NamedPlace[] {
  const named = new RegExp(`^\\s*import\\s+([\\w.]+)\\.${holder}\\s*;?\\s*$`, 'm').exec(text)?.[1]
  if (named !== undefined) return [{ home: named, holder }]
  const whole = [...text.matchAll(/^\s*import\s+([\w.]+)\.\*/gm)].map(([, home = '']) => home)
  return [packageOf(text), ...whole].map((home) => ({ home, holder }))
}

/** `import static a.b.C.f;`, `import a.b.f`: what holds the function. */
function importsOf(text: string, functionName: string): readonly string[] {
  const form = new RegExp(
    `^\\s*import\\s+(?:static\\s+)?([\\w.]+)\\.(?:${functionName}|\\*)\\s*;?\\s*$`,
    'gm',
  )
  return [...text.matchAll(form)].map(([, holder = '']) => holder)
}

function placeOfMember(path: string): NamedPlace {
  const [, home = '', last = ''] = /^(?:(.*)\.)?(\w+)$/.exec(path) ?? []
  return /^[A-Z]/.test(last) ? { home, holder: last } : { home: path }
}

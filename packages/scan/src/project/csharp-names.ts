import type { SourceFile } from '../source-file.ts'
import { declaredType } from './declared-type.ts'
import type { NamedPlace } from './meant.ts'

/** C#: namespaces and those around them, `using`, `using static`, extension methods, the class above. */
export function csharpPlaces(
  { text }: SourceFile,
  path: readonly string[],
  isExtension: boolean,
): readonly NamedPlace[] {
  const homes = visibleFrom(text)
  if (isExtension) return homes.map((home) => ({ home }))
  if (path.length === 0) {
    const above = /\bclass\s+\w+(?:<[^>]*>)?\s*:\s*([A-Z]\w*)/.exec(text)?.[1]
    const statics = [...text.matchAll(/^\s*(?:global\s+)?using\s+static\s+(?:([\w.]+)\.)?(\w+)\s*;/gm)]
    return [
      ...statics.map(([, home = '', holder = '']) => ({ home, holder })),
      ...(above === undefined ? [] : homes.map((home) => ({ home, holder: above }))),
    ]
  }
  const name = path.at(-1) ?? ''
  const holder =
    path.length === 1 ? (declaredType(text, name) ?? (/^[A-Z]/.test(name) ? name : undefined)) : undefined
  return holder === undefined ? [] : homes.map((home) => ({ home, holder }))
}

export function namespaceOf(text: string): string {
  return /^\s*namespace\s+([\w.]+)/m.exec(text)?.[1] ?? ''
}

/** Namespaces whose classes need no other word here. */
function visibleFrom(text: string): readonly string[] {
  const own = namespaceOf(text).split('.')
  const around = own.map((_, index) => own.slice(0, index + 1).join('.'))
  const used = [...text.matchAll(/^\s*(?:global\s+)?using\s+([\w.]+)\s*;/gm)].map(([, home = '']) => home)
  return [...new Set(['', ...around, ...used])]
}

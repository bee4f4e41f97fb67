import { posix } from 'node:path'
import type { Opener, SourceFile } from '../scan-source.ts'

/**
 * Whether a file calls an opener of another file by a name that it imports from there: told by the import's path
 * (TypeScript, JavaScript), its module (Python), or the folder (Go). Where that is not certain, it does not.
 */
export function mayCall({ name, text, language }: SourceFile, { file, functionName }: Opener): boolean {
  if (name === file || !text.includes(`${functionName}(`)) return false
  switch (language.id) {
    case 'javascript':
      return importsFrom(text, functionName).some((path) =>
        isSameModule(posix.join(posix.dirname(name), path), file),
      )
    case 'python': {
      const module = posix.basename(file, '.py')
      return new RegExp(
        `^\\s*from\\s+[\\w.]*\\b${module}\\s+import\\s[^\\n]*\\b${functionName}\\b`,
        'm',
      ).test(text)
    }
    case 'go':
      return posix.dirname(name) === posix.dirname(file)
    case 'java':
    case 'kotlin':
    case 'csharp':
      return false
  }
}

/** Paths of the imports that bring the name: `import { get } from './http.js'`, `const { get } = require('./http')`. */
function importsFrom(text: string, functionName: string): string[] {
  const word = functionName.replaceAll('$', '\\$')
  const forms = [
    new RegExp(`import\\s*\\{[^}]*\\b${word}\\b[^}]*\\}\\s*from\\s*['"](\\.[^'"]*)['"]`, 'g'),
    new RegExp(`\\{[^}]*\\b${word}\\b[^}]*\\}\\s*=\\s*require\\(\\s*['"](\\.[^'"]*)['"]`, 'g'),
  ]
  return forms.flatMap((form) => [...text.matchAll(form)].map(([, path = '']) => path))
}

function isSameModule(path: string, file: string): boolean {
  return bare(path) === bare(file)
}

function bare(name: string): string {
  return name.replace(/\.[cm]?[jt]sx?$/, '').replace(/\/index$/, '')
}

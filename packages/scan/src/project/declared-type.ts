import type { LanguageId } from '../rule.ts'

/** What a declaration says of a variable: its type as it is written, or where its value begins in the text. */
export interface Declaration {
  readonly at: number
  readonly type?: string
  readonly valueAt?: number
}

/** The last declaration of a variable in a piece of text. */
export function declarationIn(language: LanguageId, variable: string, text: string): Declaration | undefined {
  if (!mayDeclare(language, variable, text)) return undefined
  let last: Declaration | undefined
  for (const { form, is } of formsOf(language, variable))
    for (const match of text.matchAll(form)) {
      const { index, 0: whole, 1: written = '' } = match
      if (last !== undefined && index <= last.at) continue
      last = { at: index, ...(is === 'type' ? { type: written } : { valueAt: index + whole.length }) }
    }
  return last
}

/** Costs a tenth of the forms, which are tried at each letter. */
function mayDeclare(language: LanguageId, variable: string, text: string): boolean {
  if (language !== 'javascript') return text.includes(variable)
  for (let at = text.indexOf(variable); at !== -1; at = text.indexOf(variable, at + 1))
    if (/^\s*[?!]?\s*[:=]/.test(text.slice(at + variable.length, at + variable.length + 8))) return true
  return false
}

/** The class of a variable, a field or a parameter, as far as the text around it says. */
export function declaredType(text: string, variable: string): string | undefined {
  const word = variable.replaceAll('$', '\\$')
  const forms = [
    // Java, C#: `private final Pool pool;`, `Pool pool,`.
    `\\b([A-Z]\\w*)(?:<[^<>;(){}]*>)?\\??\\s+${word}\\s*[;=,)]`,
    // Kotlin: `val pool: Pool`.
    `\\b${word}\\s*:\\s*([A-Z]\\w*)`,
    // `var pool = new Pool()`, `val pool = Pool()`.
    `\\b${word}\\s*=\\s*(?:new\\s+)?([A-Z]\\w*)\\s*\\(`,
  ]
  for (const form of forms) {
    const found = new RegExp(form).exec(text)?.[1]
    if (found !== undefined) return found
  }
  return undefined
}

interface Form {
  readonly form: RegExp
  readonly is: 'type' | 'value'
}

/** Behind a form of a value stands the value. */
function formsOf(language: LanguageId, variable: string): readonly Form[] {
  const word = `(?<![\\w$])${variable.replaceAll('$', '\\$')}(?![\\w$])`
  switch (language) {
    case 'java':
    case 'csharp':
      return [
        // `private final Pool<T> pool;`, `a.b.Pool pool,`.
        type(
          `\\b(?!return\\b|new\\b|throw\\b|var\\b)((?:[a-z]\\w*\\.)*[A-Z][\\w.]*)(?:<[^;(){}]*>)?(?:\\[\\])?\\??\\s+${word}\\s*[;=,):]`,
        ),
        value(`\\bvar\\s+${word}\\s*=\\s*`),
      ]
    case 'kotlin':
      return [type(`${word}\\s*:\\s*([A-Z][\\w.]*)`), value(`\\bva[lr]\\s+${word}\\s*=\\s*`)]
    case 'javascript':
      return [
        type(`${word}\\s*[?!]?\\s*:\\s*(typeof\\s+[\\w.]+|[A-Z][\\w.]*)`),
        value(`(?:(?:\\b(?:const|let|var)|this\\.|#|^)[^\\S\\n]*)${word}\\s*(?::[^=;\\n]*)?=(?![=>])\\s*`),
        value(`^\\s*(?:(?:private|protected|public|readonly|static)\\s+)+${word}\\s*=(?![=>])\\s*`),
      ]
    case 'python':
      return [
        type(
          `(?<!['"]|\\bas\\s)${word}[^\\S\\n]*:[^\\S\\n]*["']?(?:(?:typing\\.)?Optional\\[\\s*["']?)?([A-Za-z_][\\w.]*)`,
        ),
        value(`(?:^|;)\\s*(?:self\\.)?${word}\\s*=(?!=)\\s*`),
        // `with open() as variable`: the value stands before it.
        value(`(?:\\bwith\\s+\\(?|,\\s*)(?=[^\\n:]*\\bas\\s+${word}\\s*[:,)\\n])`),
      ]
    case 'go':
      return [
        type(
          `(?:[(,{]|\\bvar\\s|^|\\n)[^\\S\\n]*${word}(?:\\s*,\\s*\\w+)*[^\\S\\n]+\\*?([A-Za-z_][\\w.]*)[^\\S\\n]*(?=[,)=\`}]|\\n|$|//)`,
        ),
        value(`(?<![.\\w])${word}(?:\\s*,\\s*\\w+)*\\s*:?=(?!=)\\s*`),
      ]
  }
}

function type(form: string): Form {
  return { form: new RegExp(form, 'g'), is: 'type' }
}

function value(form: string): Form {
  return { form: new RegExp(form, 'gm'), is: 'value' }
}

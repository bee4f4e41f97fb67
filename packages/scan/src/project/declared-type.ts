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
    const type = new RegExp(form).exec(text)?.[1]
    if (type !== undefined) return type
  }
  return undefined
}

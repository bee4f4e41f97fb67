/** A file that imports one of the modules: `import a`, `import b, a as c`, `from a import d`. */
export function importing(modules: string): RegExp {
  return new RegExp(
    `^\\s*(?:from\\s+|import\\s+(?:[\\w.]+(?:\\s+as\\s+\\w+)?\\s*,\\s*)*)(?:${modules})\\b`,
    'm',
  )
}

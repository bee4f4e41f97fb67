/** One line of a .gitignore, for names from the root of the scan (gitignore(5)). */
export interface GitignoreRule {
  readonly pattern: RegExp
  readonly isNegated: boolean
  readonly isForFolders: boolean
}

/** Bounds of what is believed of a .gitignore. */
const MAX_LINES = 5000
const MAX_LINE_LENGTH = 300

export function readGitignore(text: string, folder: string): readonly GitignoreRule[] {
  return text
    .split(/\r?\n/, MAX_LINES)
    .map((line) => line.replace(/(?<!\\)\s+$/, ''))
    .filter((line) => line !== '' && !line.startsWith('#') && line.length <= MAX_LINE_LENGTH)
    .map((line) => ruleOf(line, folder))
}

/** The last rule that fits decides. `name` is from the root of the scan, with `/`. */
export function ignoredBy(rules: readonly GitignoreRule[], name: string, isFolder: boolean): boolean {
  const rule = rules.findLast(
    ({ pattern, isForFolders }) => (isFolder || !isForFolders) && pattern.test(name),
  )
  return rule !== undefined && !rule.isNegated
}

function ruleOf(line: string, folder: string): GitignoreRule {
  const isNegated = line.startsWith('!')
  const body = line.replace(/^!|^\\(?=[!#])/, '')
  const isForFolders = body.endsWith('/')
  const path = body.replace(/\/$/, '')
  const isAnchored = path.includes('/')
  const inner = globSource(path.replace(/^\//, ''))
  const prefix = folder === '' ? '' : `${literal(folder)}/`
  return {
    pattern: new RegExp(`^${prefix}${isAnchored ? '' : '(?:.*/)?'}${inner}$`),
    isNegated,
    isForFolders,
  }
}

function globSource(glob: string): string {
  return glob
    .split('/')
    .map((part) => (part === '**' ? '.*' : part.replace(/\*+|\?|\[[^\]]*\]|[^*?[]+|\[/g, globPart)))
    .join('/')
    .replace(/^\.\*\//, '(?:.*/)?')
    .replaceAll('/.*/', '/(?:.*/)?')
}

function globPart(part: string): string {
  if (part.startsWith('*')) return '[^/]*'
  if (part === '?') return '[^/]'
  return literal(part)
}

function literal(text: string): string {
  return text.replace(/[.+^${}()|[\]\\]/g, '\\$&')
}

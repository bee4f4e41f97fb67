import { readdirSync, readFileSync, statSync, type Dirent } from 'node:fs'
import { basename, extname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { languageOf } from '../languages/index.ts'
import { ignoredBy, readGitignore, type GitignoreRule } from './gitignore.ts'

export interface FoundFile {
  readonly path: string
  /** From `namesFrom` where that holds the root, else from the root; with `/`. */
  readonly name: string
  readonly extension: string
}

export interface FindOptions {
  /** Tests leak on purpose or for a moment: they are left out unless wanted. */
  readonly areTestsWanted: boolean
  /** Folder in which people stand: names are told from there. */
  readonly namesFrom?: string
  readonly onSkipped: (what: 'test') => void
  readonly onUnreadable: (name: string, error: unknown) => void
}

/** What is made by programs, or belongs to others. */
const SKIPPED_FOLDERS = new Set([
  'node_modules',
  'bower_components',
  'vendor',
  'third_party',
  'dist',
  'build',
  'target',
  'out',
  'bin',
  'obj',
  'coverage',
  '__pycache__',
  'site-packages',
  'Godeps',
])
const TEST_FOLDER =
  /^(?:tests?|__tests__|testing|testdata|testFixtures|androidTest|integrationTest|it|spec|specs|e2e|fixtures?|mocks?|__mocks__|examples?|samples?|demos?|bench(?:mark)?s?)$/i
const TEST_FILE =
  /(?:\.(?:test|spec|bench|stories)\.[cm]?[jt]sx?|_test\.go|(?:^|[/])test_[^/]*\.py|_test\.py|conftest\.py|(?:Tests?|IT|TestCase|Benchmark)\.(?:java|kt|cs))$/
/** Declarations hold no calls; minified files no lines. */
const NO_SOURCE = /\.d\.[cm]?ts$|\.min\.[cm]?js$/
/** Folders inside each other. */
const MAX_DEPTH = 64

/**
 * The source files below `root`, in the order of their names. Symbolic links are not followed. A file that is named
 * itself is taken whatever its folder.
 */
export function* findFiles(root: string, options: FindOptions): Generator<FoundFile> {
  const stat = statSync(root)
  const told = toldName(root, options.namesFrom)
  if (stat.isDirectory())
    yield* inFolder(root, { root, prefix: told === '' ? '' : `${told}/`, options }, [], 0)
  else {
    const extension = extname(root).toLowerCase()
    if (languageOf(extension) !== undefined)
      yield { path: root, name: told === '' ? root.split(sep).join('/') : told, extension }
  }
}

/** The root's name from where people stand; empty where it is that folder, or lies elsewhere. */
function toldName(root: string, namesFrom: string | undefined): string {
  if (namesFrom === undefined) return ''
  const name = relative(namesFrom, resolve(root))
  return name.startsWith('..') || isAbsolute(name) ? '' : name.split(sep).join('/')
}

interface Walk {
  readonly root: string
  /** Before names from the root. */
  readonly prefix: string
  readonly options: FindOptions
}

function* inFolder(
  folder: string,
  walk: Walk,
  above: readonly GitignoreRule[],
  depth: number,
): Generator<FoundFile> {
  const { root, prefix, options } = walk
  let entries: Dirent[]
  try {
    entries = readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    options.onUnreadable(
      (prefix + relative(root, folder).split(sep).join('/')).replace(/\/$/, '') || '.',
      error,
    )
    return
  }
  const rules = [...above, ...gitignoreOf(folder, root, entries)]
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    const path = join(folder, entry.name)
    const name = relative(root, path).split(sep).join('/')
    if (entry.isSymbolicLink() || entry.name.startsWith('.')) continue
    if (entry.isDirectory()) {
      if (SKIPPED_FOLDERS.has(entry.name) || depth >= MAX_DEPTH || ignoredBy(rules, name, true)) continue
      if (!options.areTestsWanted && TEST_FOLDER.test(entry.name)) options.onSkipped('test')
      else yield* inFolder(path, walk, rules, depth + 1)
    } else if (entry.isFile()) {
      const extension = extname(entry.name).toLowerCase()
      if (languageOf(extension) === undefined || NO_SOURCE.test(entry.name) || ignoredBy(rules, name, false))
        continue
      if (!options.areTestsWanted && TEST_FILE.test(basename(entry.name))) options.onSkipped('test')
      else yield { path, name: prefix + name, extension }
    }
  }
}

function gitignoreOf(folder: string, root: string, entries: readonly Dirent[]): readonly GitignoreRule[] {
  if (!entries.some((entry) => entry.name === '.gitignore' && entry.isFile())) return []
  try {
    return readGitignore(
      readFileSync(join(folder, '.gitignore'), 'utf8'),
      relative(root, folder).split(sep).join('/'),
    )
  } catch {
    return []
  }
}
